package io.geolocsft.cli.failure;

import ai.djl.engine.EngineException;
import com.google.common.base.Throwables;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cluster.StoppedTrainingException;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.files.UnusableImageException;
import io.geolocsft.json.UnusableFileException;
import io.geolocsft.tensor.DeviceMemory;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.util.Shell;
import org.apache.hadoop.util.VersionInfo;

/**
 * What a failure means to the user.
 *
 * @param exitCode one of {@link ExitCode}
 * @param message one clear text with the remedy
 */
public record Failure(int exitCode, String message) {

  /** Spark tells the last attempt's exception below these words, before its stack trace. */
  private static final Pattern LAST_ATTEMPT =
      Pattern.compile("Most recent failure reason:(?s:.*?)\n([\\w.$]+(?:Exception|Error): .*)");

  /** Hadoop's words, of a class that a setting names. */
  private static final Pattern MISSING_CLASS = Pattern.compile("Class \\S+ not found");

  /** Without which hadoop-aws is there in vain. */
  private static final String AWS = "software/amazon/awssdk/";

  /** Words by which disks and clusters tell of their own trouble, with the remedy. */
  private static final List<Symptom> SYMPTOMS =
      List.of(
          new Symptom("No space left on device", "free some, or choose another --output"),
          new Symptom("Disk quota exceeded", "free some, or choose another --output"),
          new Symptom("ExecutorLostFailure", "look at the executor's log; give it more memory"),
          new Symptom("Executor heartbeat timed out", "look at the executor's log"),
          new Symptom(
              "barrier stage that requires more slots",
              "the cluster has fewer executors than sft.ranks: give it more, or lower sft.ranks"),
          new Symptom(
              "failed the maximum allowable number of times", "look at the executors' logs"),
          new Symptom("Could not recover from a failed barrier", "look at the executors' logs"),
          new Symptom("SparkContext was shut down", "look at the cluster's log of the application"),
          new Symptom("Could not parse Master URL", "correct spark.master"),
          new Symptom(
              "bigger than spark.driver.maxResultSize",
              "set spark.driver.maxResultSize to more, or to 0 for no limit"));

  private record Symptom(String words, String remedy) {}

  /**
   * By which the programs that Hadoop calls end when a terminal or a scheduler ends the process.
   */
  private static final Set<Integer> SIGNALS = Set.of(ExitCode.SIGNAL + 2, ExitCode.SIGNAL + 15);

  /** Tells the user; the exit code. */
  public static int tell(Throwable thrown, Console console) {
    OptionalInt signal = signal(Throwables.getCausalChain(thrown));
    if (signal.isPresent()) {
      // This process is told, too, and says so itself.
      return signal.getAsInt();
    }
    Failure failure = of(thrown);
    console.note("error: " + failure.message());
    return failure.exitCode();
  }

  private static OptionalInt signal(List<Throwable> chain) {
    return chain.stream()
        .filter(Shell.ExitCodeException.class::isInstance)
        .mapToInt(cause -> ((Shell.ExitCodeException) cause).getExitCode())
        .filter(SIGNALS::contains)
        .findFirst();
  }

  /** Finds the cause that the user can do something about; whatever has none is a bug. */
  public static Failure of(Throwable thrown) {
    List<Throwable> chain = Throwables.getCausalChain(thrown);
    return fileSystem(chain)
        .or(() -> symptom(chain))
        .or(() -> named(chain))
        .or(() -> DamagedFile.in(chain).map(damaged -> new Failure(ExitCode.DATA, damaged)))
        .or(() -> io(chain))
        .orElseGet(() -> bug(thrown));
  }

  /** Where Hadoop lacks the classes of a URI's scheme. */
  private static Optional<Failure> fileSystem(List<Throwable> chain) {
    return chain.stream()
        .filter(Failure::isOfMissingFileSystem)
        .findFirst()
        .map(
            cause ->
                new Failure(
                    ExitCode.CONFIGURATION,
                    "The file system of a path is not on the class path (%s): correct the path, or add its library; for s3a GEOLOCSFT_SUBMIT_OPTIONS=\"--packages org.apache.hadoop:hadoop-aws:%s\""
                        .formatted(cause.getMessage(), VersionInfo.getVersion())));
  }

  private static boolean isOfMissingFileSystem(Throwable cause) {
    return cause instanceof UnsupportedFileSystemException
        || cause instanceof ClassNotFoundException
            && MISSING_CLASS.matcher(String.valueOf(cause.getMessage())).matches()
        || cause instanceof NoClassDefFoundError
            && String.valueOf(cause.getMessage()).startsWith(AWS);
  }

  private static Optional<Failure> symptom(List<Throwable> chain) {
    for (Symptom symptom : SYMPTOMS) {
      for (Throwable cause : chain) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains(symptom.words())) {
          return Optional.of(
              environment(symptom.words() + lastAttempt(message) + ": " + symptom.remedy()));
        }
      }
    }
    return Optional.empty();
  }

  private static String lastAttempt(String message) {
    Matcher last = LAST_ATTEMPT.matcher(message);
    return last.find() ? " (" + last.group(1) + ")" : "";
  }

  private static Optional<Failure> named(List<Throwable> chain) {
    for (Throwable cause : chain) {
      if (cause instanceof ConfigException) {
        return Optional.of(new Failure(ExitCode.CONFIGURATION, cause.getMessage()));
      }
      if (cause instanceof DataException
          || cause instanceof StoppedTrainingException
          || cause instanceof UnusableFileException
          || cause instanceof UnusableImageException) {
        return Optional.of(new Failure(ExitCode.DATA, cause.getMessage()));
      }
      if (cause instanceof EnvironmentException) {
        return Optional.of(environment(cause.getMessage()));
      }
      if (cause instanceof EngineException engine) {
        return Optional.of(environment(engine(engine, chain)));
      }
      if (cause instanceof OutOfMemoryError) {
        return Optional.of(
            environment(
                "Out of memory (%s): give more via GEOLOCSFT_JAVA_OPTIONS=-Xmx8g or --driver-memory"
                    .formatted(cause.getMessage())));
      }
    }
    return Optional.empty();
  }

  private static String engine(EngineException thrown, List<Throwable> chain) {
    if (DeviceMemory.isLacking(thrown)) {
      return "The device has too little memory (%s): set model.dtype: bfloat16 or infer.batch_size to less, or take a larger one"
          .formatted(thrown.getMessage());
    }
    Throwable root = chain.get(chain.size() - 1);
    return "PyTorch failed (%s): if it does not load, put the pytorch-native jar of this machine on the class path, with GEOLOCSFT_NATIVES or --jars"
        .formatted(describe(root));
  }

  private static Optional<Failure> io(List<Throwable> chain) {
    return chain.stream()
        .filter(IOException.class::isInstance)
        .findFirst()
        .map(cause -> environment(describe(chain.get(0)) + because(chain.get(0), cause)));
  }

  private static String because(Throwable first, Throwable cause) {
    return first == cause ? "" : ": " + describe(cause);
  }

  private static String describe(Throwable thrown) {
    return thrown.getMessage() == null || thrown instanceof IOException
        ? thrown.toString()
        : thrown.getMessage();
  }

  private static Failure environment(String message) {
    return new Failure(ExitCode.ENVIRONMENT, message);
  }

  private static Failure bug(Throwable thrown) {
    return new Failure(
        ExitCode.BUG,
        "This is a bug in geolocsft, not in your input: "
            + Throwables.getStackTraceAsString(thrown));
  }
}
