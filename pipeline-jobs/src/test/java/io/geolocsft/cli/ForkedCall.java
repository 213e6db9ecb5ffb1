package io.geolocsft.cli;

import io.geolocsft.cli.TinyRun.Call;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** The command line in a JVM of its own, that can be killed. */
final class ForkedCall {

  private static final long LIMIT_SECONDS = 180;
  private static final long LOOK_MILLIS = 3;

  private final Process process;
  private final Path out;
  private final Path err;

  private ForkedCall(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  static ForkedCall start(Path folder, List<String> arguments) throws IOException {
    Path out = Files.createTempFile(folder, "call", ".out");
    Path err = Files.createTempFile(folder, "call", ".err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx1g", "-XX:TieredStopAtLevel=1", "-Dai.djl.offline=true"));
    // What a killed Spark leaves behind shall not lie in the machine's /tmp.
    command.add("-Dspark.local.dir=" + Files.createDirectories(folder.resolve("spark")));
    command.addAll(List.of("-cp", classPath(), GeoLocSft.class.getName()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new ForkedCall(process, out, err);
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
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!reached.call()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly();
        throw new AssertionError("The moment to kill never came: " + ended());
      }
      Thread.sleep(LOOK_MILLIS);
    }
    process.destroyForcibly().waitFor();
  }

  /** Waits for its end. */
  Call ended() throws Exception {
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    return new Call(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
