package io.geolocsft.cli;

import io.geolocsft.cli.console.StandardStreams;
import io.geolocsft.cluster.NativeWork;
import io.geolocsft.failure.ExitCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * What happens when this process is told to end: by Ctrl-C (SIGINT), by SIGTERM, or because its
 * terminal was closed (SIGHUP). One line says so, and nothing is said after it: what a stage meets
 * while Spark stops under it is not a failure of the stage. Then PyTorch pauses, the shutdown hooks
 * run, and the process ends with 128 and the signal's number, as shells have it. A second signal
 * ends it at once.
 */
final class Interruption {

  private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

  /** Beyond this a computation in PyTorch is not waited for. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  /** Beyond this nothing is waited for. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** Hadoop runs its hooks by falling priority, Spark's among them; this one is the last. */
  private static final int LAST = 0;

  private static final int NONE = -1;

  private final StandardStreams streams;
  private final Supplier<String> lastWords;
  private final AtomicInteger exitCode = new AtomicInteger(NONE);

  private Interruption(StandardStreams streams, Supplier<String> lastWords) {
    this.streams = streams;
    this.lastWords = lastWords;
  }

  /**
   * Waits for the signals from now on. One that was ignored when the process started, as a shell
   * does for what runs in its background, stays ignored.
   *
   * @param lastWords the one line
   */
  static Interruption await(StandardStreams streams, Supplier<String> lastWords) {
    Interruption interruption = new Interruption(streams, lastWords);
    for (String name : SIGNALS) {
      try {
        Signal.handle(new Signal(name), interruption::end);
      } catch (IllegalArgumentException e) {
        // This system has no such signal, or java -Xrs leaves it alone.
        continue;
      }
    }
    return interruption;
  }

  /**
   * Which code the process ends with.
   *
   * @param own what the command ended with, if nothing has come between
   */
  int exitCode(int own) {
    exitCode.compareAndSet(NONE, own);
    return exitCode.get();
  }

  private void end(Signal signal) {
    int code = ExitCode.SIGNAL + signal.getNumber();
    if (!exitCode.compareAndSet(NONE, code)) {
      die(signal);
    }
    Thread watch = new Thread(() -> dieAfter(LONGEST, signal), "interruption");
    watch.setDaemon(true);
    watch.start();
    streams.shut(lastWords.get());
    Configurator.setAllLevels(LogManager.ROOT_LOGGER_NAME, Level.OFF);
    if (!NativeWork.stop(PAUSE)) {
      // The C library would take PyTorch down in the middle of its work, which crashes.
      ShutdownHookManager.get().addShutdownHook(() -> die(signal), LAST);
    }
    System.exit(code);
  }

  private static void dieAfter(Duration time, Signal signal) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    die(signal);
  }

  /** As a process without a handler does, whatever its threads are at. */
  private static void die(Signal signal) {
    Signal.handle(signal, SignalHandler.SIG_DFL);
    String kill =
        String.format(Locale.ROOT, "kill -%s %d", signal.getName(), ProcessHandle.current().pid());
    try {
      new ProcessBuilder("sh", "-c", kill).start().waitFor();
    } catch (IOException e) {
      // There is the other way.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Only the first process of a container is still there.
    Runtime.getRuntime().halt(ExitCode.SIGNAL + signal.getNumber());
  }
}
