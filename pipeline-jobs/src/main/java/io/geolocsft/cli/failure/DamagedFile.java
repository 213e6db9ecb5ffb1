package io.geolocsft.cli.failure;

import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.table.Tables;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.spark.SparkThrowable;
import scala.MatchError;

/**
 * Tells a file that is damaged, or packed in a way that is not read, from a file system that fails.
 * Spark wraps both in the same words.
 */
final class DamagedFile {

  /** Spark's words for a file that it could not read, whatever the reason. */
  private static final String UNREAD = "FAILED_READ_FILE";

  private static final List<String> GONE =
      List.of("PATH_NOT_FOUND", "UNABLE_TO_INFER_SCHEMA", "FAILED_READ_FILE.FILE_NOT_EXIST");

  /** What reads a file's content; what these throw, the content made them throw. */
  private static final List<String> DECODERS =
      List.of(
          "org.apache.parquet.",
          "org.apache.hadoop.io.compress.",
          "com.github.luben.zstd.",
          "org.xerial.snappy.",
          "net.jpountz.",
          "io.airlift.compress.",
          "java.util.zip.");

  private static final Pattern NO_CODEC =
      Pattern.compile(
          "(?i).*(native \\w+ library not available|class \\S*codec was not found|cannot load"
              + " .*codec).*",
          Pattern.DOTALL);

  private static final Pattern TABLE = Pattern.compile(".*/tables/(\\w+)(?:/.*)?");

  private DamagedFile() {}

  /** What to tell of the damaged file that an exception comes from, if it does. */
  static Optional<String> in(List<Throwable> chain) {
    return isDamage(chain) ? Optional.of(message(chain)) : Optional.empty();
  }

  private static boolean isDamage(List<Throwable> chain) {
    boolean unread = chain.stream().anyMatch(cause -> hasCondition(cause, UNREAD));
    boolean gone =
        chain.stream()
            .anyMatch(cause -> GONE.stream().anyMatch(words -> hasCondition(cause, words)));
    boolean decoder = chain.stream().anyMatch(DamagedFile::isOfContent);
    boolean world = chain.stream().anyMatch(DamagedFile::isOfFileSystem);
    return gone || decoder && !world || unread && !world;
  }

  private static boolean hasCondition(Throwable cause, String words) {
    return cause instanceof SparkThrowable spark
        && spark.getCondition() != null
        && spark.getCondition().startsWith(words);
  }

  private static boolean isOfContent(Throwable cause) {
    return cause instanceof ZipException
        || cause instanceof ChecksumException
        || NO_CODEC.matcher(String.valueOf(cause.getMessage())).matches()
        || isThrownByDecoder(cause)
        || isErrorOfDecoder(cause);
  }

  /**
   * Spark names the file of an exception, and meets an error such as a stack overflow, which bytes
   * that nest without end bring about, with an error of its own.
   */
  private static boolean isErrorOfDecoder(Throwable cause) {
    StackTraceElement[] stack = cause.getStackTrace();
    return cause instanceof MatchError
        && stack.length > 0
        && stack[0].getMethodName().equals("attachFilePath");
  }

  /** Of the ends of files S3A's own kind, HttpChannelEOFException, is a lost connection. */
  private static boolean isOfFileSystem(Throwable cause) {
    boolean content = cause.getClass() == EOFException.class || isOfContent(cause);
    return cause instanceof IOException && !content;
  }

  private static boolean isThrownByDecoder(Throwable cause) {
    StackTraceElement[] stack = cause.getStackTrace();
    return stack.length > 0 && DECODERS.stream().anyMatch(stack[0].getClassName()::startsWith);
  }

  private static String message(List<Throwable> chain) {
    Throwable root = chain.get(chain.size() - 1);
    Optional<String> file = NamedFile.in(chain);
    String reason = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    return "%s is missing, damaged, or compressed in an unsupported way: %s. %s"
        .formatted(file.orElse("A file"), reason, remedy(file));
  }

  private static String remedy(Optional<String> file) {
    Optional<String> table =
        file.map(TABLE::matcher).filter(Matcher::matches).map(found -> found.group(1));
    return table
        .filter(name -> Tables.named(name).isPresent())
        .flatMap(StageList.standard()::writerOf)
        .map(stage -> "Run the stage %s again with --force".formatted(stage))
        .orElse("Get a complete copy of it");
  }
}
