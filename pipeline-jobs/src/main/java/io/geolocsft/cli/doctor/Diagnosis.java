package io.geolocsft.cli.doctor;

import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.failure.Failure;
import io.geolocsft.failure.ExitCode;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** Findings, printed one a line as they come; every one is told, whatever those before it were. */
final class Diagnosis {

  /** How bad a finding is. */
  enum Level {
    OK,
    WARNING,
    ERROR
  }

  /** What was found. */
  record Finding(Level level, String text) {
    static Finding ok(String text) {
      return new Finding(Level.OK, text);
    }

    static Finding warning(String text) {
      return new Finding(Level.WARNING, text);
    }
  }

  private final Console console;

  /** The topic of each error by its text. */
  private final Map<String, String> told = new HashMap<>();

  private int exitCode = ExitCode.DONE;
  private int warnings;
  private int errors;

  Diagnosis(Console console) {
    this.console = console;
  }

  /** Looks at something; an exception is an error of its kind. */
  void look(String topic, Callable<Finding> look) {
    find(topic, look, finding -> finding);
  }

  /** The same for what later looks need; empty if it cannot be had. */
  <T> Optional<T> find(String topic, Callable<T> look, Function<T, Finding> of) {
    try {
      T found = look.call();
      tell(topic, of.apply(found));
      return Optional.of(found);
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      Failure failure = Failure.of(e);
      if (errors == 0) {
        exitCode = failure.exitCode();
      }
      String first = told.putIfAbsent(failure.message(), topic);
      String text = first == null ? failure.message() : "the same as " + first;
      tell(topic, new Finding(Level.ERROR, text));
      return Optional.empty();
    }
  }

  private void tell(String topic, Finding finding) {
    warnings += finding.level() == Level.WARNING ? 1 : 0;
    errors += finding.level() == Level.ERROR ? 1 : 0;
    console.print(
        String.format(
            Locale.ROOT,
            "%-8s %-16s %s",
            finding.level().name().toLowerCase(Locale.ROOT),
            topic,
            finding.text()));
  }

  /** Ends with a line that counts; the exit code is that of the first error. */
  int conclude() {
    console.print(
        errors + warnings == 0
            ? "Nothing is in the way."
            : String.format(Locale.ROOT, "errors: %d, warnings: %d", errors, warnings));
    return exitCode;
  }
}
