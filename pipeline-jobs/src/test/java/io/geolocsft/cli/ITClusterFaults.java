package io.geolocsft.cli;

import static java.util.concurrent.CompletableFuture.runAsync;
import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.cli.ProcessSockets.Socket;
import io.geolocsft.cli.SparkCluster.Submission;
import io.geolocsft.cli.TinyRun.Call;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What clusters do to a training run of two ranks. Each time nothing is lost: losses and adapter
 * are those of the undisturbed run.
 */
class ITClusterFaults {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private static ClusterTraining training;

  @BeforeAll
  static void start() throws Exception {
    training = ClusterTraining.start("faults");
  }

  @AfterAll
  static void stop() {
    if (training != null) {
      training.close();
    }
  }

  private static Submission submit(Path output) throws Exception {
    training.cluster().awaitNoExecutors();
    return training.submit(2, output, "sft.ranks=2", "sft.micro_batch_size=4");
  }

  private static void await(Submission submission, Callable<Boolean> moment) throws Exception {
    while (!moment.call()) {
      if (!submission.process().isAlive()) {
        throw new AssertionError("The moment never came: " + submission.ended());
      }
      Thread.sleep(3);
    }
  }

  /** Whole checkpoints in a run's folder, the oldest first. */
  private static List<Path> checkpoints(Path output) throws IOException {
    Path scratch = output.resolve(".scratch");
    if (!Files.isDirectory(scratch)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(scratch)) {
      return all.filter(path -> path.endsWith("state.json"))
          .map(Path::getParent)
          .sorted(Comparator.comparing(Path::toString))
          .toList();
    } catch (UncheckedIOException e) {
      return List.of(); // An old one has just been deleted.
    }
  }

  private static void awaitCheckpoints(Submission submission, Path output, int count)
      throws Exception {
    await(submission, () -> checkpoints(output).size() >= count);
  }

  /** Killed, or frozen for longer than anyone waits. */
  @ParameterizedTest
  @CsvSource({"KILL, Lost executor", "STOP, kept the others waiting longer than 20 s"})
  void aLostExecutor(String signal, String words) throws Exception {
    Path output = training.output("lost-" + signal);
    Submission submission = submit(output);
    awaitCheckpoints(submission, output, 1);
    SparkCluster.signal(training.cluster().executors().get(0), signal);
    Call call = submission.ended();
    training.assertSame(call, output);
    assertThat(call.out()).contains(words);
  }

  @Test
  void aLostWorker() throws Exception {
    Path output = training.output("lost-worker");
    Submission submission = submit(output);
    awaitCheckpoints(submission, output, 1);
    training.cluster().killWorker(1);
    Call call = submission.ended();
    training.cluster().restartWorker(1);
    training.assertSame(call, output);
    assertThat(call.out()).contains("Lost executor");
  }

  /** Its newest checkpoint may have lost its end with it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLostDriverThatIsSubmittedAgain(boolean truncated) throws Exception {
    Path output = training.output("lost-driver-" + truncated);
    Submission lost = submit(output);
    awaitCheckpoints(lost, output, 2);
    lost.kill();
    training.cluster().awaitNoExecutors();
    List<Path> left = checkpoints(output);
    if (truncated) {
      Path newest = left.get(left.size() - 1).resolve("state.safetensors");
      try (FileChannel file = FileChannel.open(newest, StandardOpenOption.WRITE)) {
        file.truncate(file.size() / 2);
      }
    }
    Call call = submit(output).ended();
    training.assertSame(call, output);
    assertThat(call.out()).containsPattern("sft: resuming after step \\d+");
    if (truncated) {
      assertThat(training.cluster().executorLogs())
          .contains(
              "The checkpoint %s is damaged".formatted(left.get(left.size() - 1).getFileName()));
    }
  }

  @Test
  void aCutConnection() throws Exception {
    Path output = training.output("cut");
    Submission submission = submit(output);
    awaitCheckpoints(submission, output, 1);
    List<ProcessHandle> executors = training.cluster().executors();
    ProcessSockets first = new ProcessSockets(executors.get(0).pid());
    Set<Integer> others =
        new ProcessSockets(executors.get(1).pid())
            .all().stream().map(Socket::localPort).collect(Collectors.toSet());
    List<Socket> between =
        first.all().stream()
            .filter(socket -> socket.isConnected() && others.contains(socket.remotePort()))
            .toList();
    assertThat(between).as("connections of the ring").isNotEmpty();
    for (Socket socket : between) {
      first.cut(socket);
    }
    Call call = submission.ended();
    training.assertSame(call, output);
    // Who reads first is told that the connection is closed, who writes first that it broke.
    assertThat(call.out())
        .contains("barrier")
        .containsPattern("Rank \\d closed its connection|The connection to rank \\d broke");
  }

  /**
   * No file may grow, as on a full disk, until checkpoints have failed; then there is room again.
   */
  @Test
  void noSpaceForAWhile() throws Exception {
    Path output = training.output("no-space");
    Submission submission = submit(output);
    awaitCheckpoints(submission, output, 1);
    for (ProcessHandle executor : training.cluster().executors()) {
      SparkCluster.run("prlimit", "--pid", "" + executor.pid(), "--fsize=1:");
    }
    await(
        submission,
        () ->
            training
                .cluster()
                .executorLogs()
                .matches("(?s).*(could not be written|cannot be logged).*"));
    for (ProcessHandle executor : training.cluster().executors()) {
      SparkCluster.run("prlimit", "--pid", "" + executor.pid(), "--fsize=unlimited:");
    }
    Call call = submission.ended();
    training.assertSame(call, output);
    assertThat(call.out()).as("nothing had to begin again").doesNotContain("Lost executor");
  }

  /** While the ring forms; later its ports are closed. */
  @Test
  void strangers() throws Exception {
    Path output = training.output("strangers");
    Submission submission = submit(output);
    await(submission, () -> training.cluster().executors().size() == 2);
    List<ProcessHandle> executors = training.cluster().executors();
    ProcessSockets early = new ProcessSockets(executors.get(0).pid());
    // The port of its block manager comes first, that of the ring when the rank begins.
    await(submission, () -> early.all().stream().filter(Socket::listens).count() >= 2);
    ProcessHandle late = executors.get(1);
    SparkCluster.signal(late, "STOP");
    List<CompletableFuture<Void>> visits = new ArrayList<>();
    for (Socket socket : early.all()) {
      if (socket.listens()) {
        InetSocketAddress address = new InetSocketAddress(LOOPBACK, socket.localPort());
        sendGarbage(address);
        // One of the two is who is expected there.
        visits.add(runAsync(() -> pretend(address, 0)));
        visits.add(runAsync(() -> pretend(address, 1)));
      }
    }
    SparkCluster.signal(late, "CONT");
    Call call = submission.ended();
    visits.forEach(CompletableFuture::join);
    training.assertSame(call, output);
    assertThat(training.cluster().executorLogs())
        .contains("it does not speak the ring's protocol")
        .contains("it calls itself rank")
        .contains("it does not know the run's secret");
  }

  private static void sendGarbage(InetSocketAddress address) throws IOException {
    try (SocketChannel channel = SocketChannel.open(address)) {
      byte[] garbage = "GET / HTTP/1.1\r\n\r\n".repeat(100).getBytes(StandardCharsets.US_ASCII);
      channel.write(ByteBuffer.wrap(garbage));
    }
  }

  /** Speaks the ring's protocol as a rank that knows no secret, whatever it is answered. */
  private static void pretend(InetSocketAddress address, int rank) {
    try (java.net.Socket socket = new java.net.Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(20_000);
      byte[] nonce = new byte[32];
      ByteBuffer hello =
          ByteBuffer.allocate(44).put("GLSRING1".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(hello.putInt(rank).put(nonce).array());
      int answer = 44 + 32;
      if (socket.getInputStream().readNBytes(answer).length == answer) {
        socket.getOutputStream().write(new byte[32]);
        socket.getInputStream().read();
      }
    } catch (IOException e) {
      // Rejected, as it should be.
      return;
    }
  }
}
