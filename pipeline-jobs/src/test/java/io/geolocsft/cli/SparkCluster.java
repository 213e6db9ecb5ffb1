package io.geolocsft.cli;

import io.geolocsft.cli.TinyRun.Call;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real standalone cluster on this machine: a master, workers whose discovery script names GPUs
 * that are not there, and {@code run/geolocsft}, which submits to it.
 */
public final class SparkCluster implements AutoCloseable {

  private static final long LIMIT_SECONDS = 240;
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final String HOST = "127.0.0.1";

  /** What the shaded jar and {@code --jars} bring must not also lie in Spark's own folder. */
  private static final String OURS =
      "(pipeline|pytorch|api-0|tokenizers|s2-geometry|h3-|picocli).*";

  private final Path folder;
  private final Path home;
  private final String url;
  private final int cores;
  private final boolean bound;
  private final List<Process> processes = new ArrayList<>();
  private final Map<Integer, Process> workers = new HashMap<>();

  private SparkCluster(Path folder, String url, int cores, boolean bound) {
    this.folder = folder;
    this.home = folder.resolve("spark-home");
    this.url = url;
    this.cores = cores;
    this.bound = bound;
  }

  /**
   * @param cores of each worker, and its GPUs
   */
  static SparkCluster start(Path folder, int workers, int cores) throws Exception {
    return start(folder, workers, cores, false);
  }

  /** Workers of one core that use no other: each is bound to one of the machine's. */
  static SparkCluster ofBoundWorkers(Path folder, int workers) throws Exception {
    return start(folder, workers, 1, true);
  }

  private static SparkCluster start(Path folder, int workers, int cores, boolean bound)
      throws Exception {
    int port = freePort();
    String url = String.format(Locale.ROOT, "spark://%s:%d", HOST, port);
    SparkCluster cluster = new SparkCluster(folder, url, cores, bound);
    try {
      cluster.makeHome();
      cluster.startMaster(port);
      for (int worker = 0; worker < workers; worker++) {
        cluster.startWorker(worker, cores);
      }
    } catch (Exception | Error e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private void makeHome() throws IOException {
    Path jars = Files.createDirectories(home.resolve("jars"));
    Path lib = Path.of("target", "geolocsft", "lib").toAbsolutePath();
    try (Stream<Path> all = Files.list(lib)) {
      for (Path jar : all.filter(path -> !path.getFileName().toString().matches(OURS)).toList()) {
        Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
      }
    }
    Path submit = Files.createDirectories(home.resolve("bin")).resolve("spark-submit");
    script(
        submit,
        "exec %s -Xmx1g @%s -cp '%s/*' org.apache.spark.deploy.SparkSubmit \"$@\""
            .formatted(java(), lib.resolveSibling("java-options"), jars));
  }

  private static void script(Path file, String line) throws IOException {
    Files.writeString(file, "#!/usr/bin/env bash\n" + line + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("Cannot make %s a program".formatted(file));
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private void startMaster(int port) throws Exception {
    Path log = folder.resolve("master.log");
    daemon(
        List.of(),
        log,
        List.of("-Dspark.master.rest.enabled=false", "-Dspark.ui.enabled=false"),
        "org.apache.spark.deploy.master.Master",
        List.of("--host", HOST, "--port", "" + port, "--webui-port", "" + freePort()));
    awaitLine(log, "I have been elected leader");
  }

  private void startWorker(int number, int cores) throws Exception {
    List<String> addresses = new ArrayList<>();
    for (int gpu = 0; gpu < cores; gpu++) {
      addresses.add(String.format(Locale.ROOT, "\"%d\"", 10 * number + gpu));
    }
    Path discovery = folder.resolve(String.format(Locale.ROOT, "gpus-%d.sh", number));
    script(discovery, "echo '{\"name\": \"gpu\", \"addresses\": %s}'".formatted(addresses));
    Path settings = folder.resolve(String.format(Locale.ROOT, "worker-%d.conf", number));
    Files.writeString(
        settings,
        String.format(
            Locale.ROOT,
            "spark.worker.resource.gpu.amount %d\nspark.worker.resource.gpu.discoveryScript %s\n",
            cores,
            discovery));
    Path log =
        Files.createTempFile(folder, String.format(Locale.ROOT, "worker-%d-", number), ".log");
    daemon(
        bound ? List.of("taskset", "-c", "" + number) : List.of(),
        log,
        List.of(),
        "org.apache.spark.deploy.worker.Worker",
        List.of(
            "--host",
            HOST,
            "--webui-port",
            "" + freePort(),
            "-c",
            "" + cores,
            "-m",
            2 * cores + "g",
            "-d",
            folder.resolve("work-" + number).toString(),
            "--properties-file",
            settings.toString(),
            url));
    workers.put(number, processes.get(processes.size() - 1));
    awaitLine(log, "Successfully registered with master");
  }

  private void daemon(
      List<String> under, Path log, List<String> options, String main, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(under);
    command.addAll(List.of(java(), "-Xmx512m"));
    command.addAll(options);
    command.addAll(List.of("-cp", home.resolve("jars") + "/*", main));
    command.addAll(arguments);
    processes.add(process(command, log).start());
  }

  private ProcessBuilder process(List<String> command, Path log) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .directory(new File("..").getAbsoluteFile());
    // Half a dozen JVMs on few cores live for seconds: compiling well takes longer than it saves.
    builder.environment().put("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", HOST);
    builder.environment().put("SPARK_LOCAL_DIRS", folder.resolve("local").toString());
    return builder;
  }

  private void awaitLine(Path log, String words) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!Files.exists(log) || !Files.readString(log).contains(words)) {
      if (System.nanoTime() > end || !processes.get(processes.size() - 1).isAlive()) {
        throw new IOException("%s never said '%s'".formatted(log, words));
      }
      Thread.sleep(100);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      return socket.getLocalPort();
    }
  }

  /** A command under way. */
  record Submission(Process process, Path log) {

    boolean says(String words) throws IOException {
      return Files.readString(log).contains(words);
    }

    void kill() {
      end(process);
    }

    Call ended() throws Exception {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        end(process);
      }
      return new Call(process.waitFor(), Files.readString(log), "");
    }
  }

  /** The executors of whatever application runs, the oldest first. */
  List<ProcessHandle> executors() {
    return processes.stream()
        .flatMap(Process::descendants)
        .filter(SparkCluster::isExecutor)
        // One that is about to start a program is there twice for a moment.
        .filter(process -> process.parent().filter(SparkCluster::isExecutor).isEmpty())
        .sorted(Comparator.comparing(ProcessHandle::pid))
        .toList();
  }

  /** Those of an application that has ended may take a moment to end as well. */
  void awaitNoExecutors() throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!executors().isEmpty()) {
      if (System.nanoTime() > end) {
        throw new IOException("Executors of an application that has ended do not end");
      }
      Thread.sleep(100);
    }
  }

  /** Sends a process a signal, such as {@code KILL} or {@code STOP}. */
  static void signal(ProcessHandle process, String signal) throws Exception {
    run("kill", "-" + signal, "" + process.pid());
  }

  /** Runs a system's command. */
  static void run(String... command) throws Exception {
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException(
          String.format(Locale.ROOT, "%s ended with %d", String.join(" ", command), code));
    }
  }

  /** Kills a worker's own process; what becomes of its executors is Spark's matter. */
  void killWorker(int number) throws Exception {
    Process worker = workers.get(number);
    signal(worker.toHandle(), "KILL");
    worker.waitFor();
  }

  /** Begins the worker anew. */
  void restartWorker(int number) throws Exception {
    startWorker(number, cores);
  }

  /** What executors have written on their error streams, of all applications. */
  String executorLogs() throws IOException {
    StringBuilder logs = new StringBuilder();
    for (int worker : workers.keySet()) {
      Path work = folder.resolve("work-" + worker);
      // application / executor / stderr
      try (Stream<Path> all = Files.find(work, 3, (path, kind) -> path.endsWith("stderr"))) {
        for (Path file : all.toList()) {
          logs.append(Files.readString(file));
        }
      }
    }
    return logs.toString();
  }

  private static boolean isExecutor(ProcessHandle process) {
    return process
        .info()
        .commandLine()
        .filter(line -> line.contains("CoarseGrainedExecutorBackend"))
        .isPresent();
  }

  /** Submits one command with the committed settings, on executors of one core and one GPU each. */
  Submission submit(int executors, List<String> arguments) throws Exception {
    List<String> options =
        List.of(
            "--master " + url,
            "--properties-file conf/spark-standalone.conf",
            "--conf spark.cores.max=" + executors,
            "--conf spark.executor.cores=1",
            "--conf spark.executor.memory=1g",
            // A frozen executor is replaced after this time.
            "--conf spark.network.timeout=30s",
            "--conf spark.network.timeoutInterval=5s",
            "--conf spark.executor.heartbeatInterval=2s",
            // Executors come one by one: how often and when Spark looks whether all are there.
            "--conf spark.scheduler.barrier.maxConcurrentTasksCheck.interval=2s",
            "--conf spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures=10",
            "--conf spark.ui.enabled=false",
            "--driver-memory 1g");
    Path log = Files.createTempFile(folder, "submit", ".log");
    List<String> command = new ArrayList<>(List.of("run/geolocsft"));
    command.addAll(arguments);
    ProcessBuilder builder = process(command, log);
    builder.environment().put("GEOLOCSFT_SUBMIT_OPTIONS", String.join(" ", options));
    Process submitted = builder.start();
    processes.add(submitted);
    return new Submission(submitted, log);
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() {
    processes.forEach(SparkCluster::end);
  }
}
