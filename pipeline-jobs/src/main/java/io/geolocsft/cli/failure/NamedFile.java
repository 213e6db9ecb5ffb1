package io.geolocsft.cli.failure;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkThrowable;

/**
 * The file that Spark, Hadoop or Parquet names in an exception, whatever characters its path has.
 */
final class NamedFile {

  /** Spark names it as a URI, and the file of this one kind as it is. */
  private static final String UNREAD = "FAILED_READ_FILE";

  private static final String BAD_FOOTER = "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER";
  private static final String NO_PATH = "PATH_NOT_FOUND";

  /** What Spark says where only the text of its exception has come from an executor. */
  private static final Pattern URI_IN_TEXT = Pattern.compile("reading file (\\S+)\\.\\s");

  private static final String SCHEME = "\\b(?!https?:)[a-z][a-z0-9+.-]*:/";

  /** A path may hold anything: what follows tells where it ends. */
  private static final List<Pattern> IN_TEXT =
      List.of(
          Pattern.compile("reading file (" + SCHEME + ".+?)\\. Could not read footer"),
          Pattern.compile("(" + SCHEME + ".+?) is not a Parquet file"),
          Pattern.compile("Checksum error: (" + SCHEME + ".+?) at \\d+ exp: "),
          Pattern.compile("File (" + SCHEME + ".+?) does not exist"),
          Pattern.compile("Path does not exist: (" + SCHEME + ".+?)\\. "),
          Pattern.compile("in block -?\\d+ in file (" + SCHEME + ".+)"));

  private static final Pattern ANYWHERE = Pattern.compile("(" + SCHEME + "[^\\s,\\]]+)");

  private NamedFile() {}

  /** Its path with its scheme, {@code file:/data/100%/a b.parquet}. */
  static Optional<String> in(List<Throwable> chain) {
    return chain.stream()
        .flatMap(cause -> parameter(cause).stream())
        .findFirst()
        .or(() -> chain.stream().flatMap(cause -> inText(cause).stream()).findFirst())
        .or(() -> chain.stream().flatMap(cause -> anywhere(cause).stream()).findFirst());
  }

  private static Optional<String> parameter(Throwable cause) {
    if (!(cause instanceof SparkThrowable spark) || spark.getCondition() == null) {
      return Optional.empty();
    }
    String condition = spark.getCondition();
    String path = spark.getMessageParameters().get("path");
    if (path == null || !condition.startsWith(UNREAD) && !condition.equals(NO_PATH)) {
      return Optional.empty();
    }
    boolean isUri = condition.startsWith(UNREAD) && !condition.equals(BAD_FOOTER);
    return Optional.of(isUri ? decoded(path) : path);
  }

  private static Optional<String> inText(Throwable cause) {
    return Stream.concat(
            IN_TEXT.stream().map(words -> first(words, cause)),
            Stream.of(first(URI_IN_TEXT, cause).map(NamedFile::decoded)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> anywhere(Throwable cause) {
    return first(ANYWHERE, cause).map(path -> path.replaceAll("[.;:]+$", ""));
  }

  private static Optional<String> first(Pattern words, Throwable cause) {
    Matcher found = words.matcher(Objects.toString(cause.getMessage(), ""));
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  private static String decoded(String uri) {
    try {
      return new Path(new URI(uri)).toString();
    } catch (URISyntaxException e) {
      return uri;
    }
  }
}
