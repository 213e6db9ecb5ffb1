package io.geolocsft.image.naming;

import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What of the names of images must be equal in two files. All but the first let a benchmark's name
 * before a colon be, by which the tables of a run tell its images apart, and take a backslash for a
 * slash. They stand in the order in which they are tried.
 */
public enum IdRule {
  EXACT("as they stand", UnaryOperator.identity()),
  WITHOUT_EXTENSION("without extensions", id -> withoutExtension(path(id))),
  WITHOUT_FOLDERS("without folders", id -> lastPart(path(id))),
  WITHOUT_BOTH("without folders and extensions", id -> withoutExtension(lastPart(path(id)))),
  FLAT("with an underscore for each slash", id -> path(id).replace('/', '_')),
  FLAT_WITHOUT_EXTENSION(
      "with an underscore for each slash, without extensions",
      id -> withoutExtension(path(id).replace('/', '_')));

  /** Of pictures, and of what is made for one of them. */
  private static final Pattern EXTENSION =
      Pattern.compile("(?i)\\.(jpe?g|png|webp|gif|bmp|tiff?|heic|heif|avif|json|txt)$");

  private static final Pattern BENCHMARK = Pattern.compile("^[A-Za-z0-9._-]+:(?!//)");

  private static final Pattern HERE = Pattern.compile("^(\\./|/)+");

  private final String words;
  private final UnaryOperator<String> key;

  IdRule(String words, UnaryOperator<String> key) {
    this.words = words;
    this.key = key;
  }

  /** What must be equal to another's. */
  public String key(String id) {
    return key.apply(id);
  }

  /** As a note tells it: names are compared so. */
  public String words() {
    return words;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static String path(String id) {
    String own = id.indexOf(':') < 0 ? id : BENCHMARK.matcher(id).replaceFirst("");
    String path = own.replace('\\', '/');
    return path.startsWith("/") || path.startsWith(".")
        ? HERE.matcher(path).replaceFirst("")
        : path;
  }

  private static String lastPart(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String withoutExtension(String path) {
    return EXTENSION.matcher(path).replaceFirst("");
  }
}
