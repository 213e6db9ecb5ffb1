package io.geolocsft.cli;

import io.geolocsft.cli.TinyRun.Call;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command line in a JVM of its own, that can be killed. */
public final class ForkedCall {

  private static final long LIMIT_SECONDS = 180;
  private static final long LOOK_MILLIS = 3;

  /** "Within seconds", on a machine that is busy with other things. */
  private static final long SHORT_SECONDS = 60;

  private static final int SIGINT = 2;

  private final Process process;
  private final Path out;
  private final Path err;

  private ForkedCall(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  static ForkedCall start(Path folder, List<String> arguments) throws IOException {
    return start(folder, Map.of(), arguments);
  }

  /**
   * @param variables of the environment, beside those of this process
   */
  static ForkedCall start(Path folder, Map<String, String> variables, List<String> arguments)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command(arguments));
    builder.environment().putAll(variables);
    return start(folder, builder);
  }

  /**
   * Starts it in a terminal of its own, by util-linux's {@code script}; all it shows is its output.
   */
  static ForkedCall startInTerminal(Path folder, List<String> arguments) throws IOException {
    String line =
        command(arguments).stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    return start(folder, new ProcessBuilder("script", "-qefc", line, "/dev/null"));
  }

  private static ForkedCall start(Path folder, ProcessBuilder builder) throws IOException {
    Path out = Files.createTempFile(folder, "call", ".out");
    Path err = Files.createTempFile(folder, "call", ".err");
    // What a killed Spark leaves behind shall not lie in the machine's /tmp. Of the setting
    // spark.local.dir Spark would warn that this variable wins over it.
    Path scratch = Files.createDirectories(folder.resolve("spark"));
    builder.environment().put("SPARK_LOCAL_DIRS", scratch.toString());
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    return new ForkedCall(process, out, err);
  }

  private static List<String> command(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(unignored());
    command.addAll(java());
    command.add(GeoLocSft.class.getName());
    command.addAll(arguments);
    return command;
  }

  /**
   * The command line of a JVM with this one's class path, up to the name of the class.
   *
   * @param options further ones
   */
  public static List<String> java(String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx1g", "-XX:TieredStopAtLevel=1", "-Dai.djl.offline=true"));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classPath()));
    return command;
  }

  /**
   * Where this JVM ignores SIGINT, as a shell's background does, a child would inherit that: what
   * undoes it stands in front.
   */
  private static List<String> unignored() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(status)) {
      String ignored = lines.filter(line -> line.startsWith("SigIgn:")).findFirst().orElseThrow();
      boolean isIgnored =
          (Long.parseUnsignedLong(ignored.substring(8).strip(), 16) >> (SIGINT - 1) & 1) == 1;
      return isIgnored ? List.of("env", "--default-signal=INT") : List.of();
    }
  }

  /** Absolute, and without what a test runner puts in front. */
  private static String classPath() {
    String path = System.getProperty("java.class.path");
    return String.join(
        File.pathSeparator,
        List.of(path.split(File.pathSeparator)).stream()
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .toList());
  }

  /** Kills it, as {@code kill -9} does, as soon as something holds. */
  void killWhen(Callable<Boolean> reached) throws Exception {
    await(reached);
    process.destroyForcibly().waitFor();
  }

  /** Sends it a signal, such as {@code INT}, as soon as something holds; what it ended with. */
  Call signalWhen(String signal, Callable<Boolean> reached) throws Exception {
    await(reached);
    new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).start().waitFor();
    return endedSoon();
  }

  /** Types a line as soon as something holds. */
  void typeLineWhen(String line, Callable<Boolean> reached) throws Exception {
    await(reached);
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Types a character as soon as something holds; what it ended with. */
  Call typeWhen(char typed, Callable<Boolean> reached) throws Exception {
    await(reached);
    process.getOutputStream().write(typed);
    process.getOutputStream().flush();
    return endedSoon();
  }

  private Call endedSoon() throws Exception {
    if (!process.waitFor(SHORT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError("It went on: " + ended());
    }
    return ended();
  }

  /** What it has written to the standard output so far. */
  String out() throws IOException {
    return Files.readString(out);
  }

  /** What it has written to the standard error so far. */
  String err() throws IOException {
    return Files.readString(err);
  }

  private void await(Callable<Boolean> reached) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!reached.call()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly();
        throw new AssertionError("The moment never came: " + ended());
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /** Waits for its end. */
  Call ended() throws Exception {
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    return new Call(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
