package io.geolocsft.endpoint;

import com.google.common.base.Ascii;
import java.util.Optional;

/**
 * What messages show of what a server said, which may be of any length, hold anything, and repeat
 * the key that it was sent.
 */
final class ServerWords {

  private static final int LONGEST = 300;

  private final String key;

  /**
   * @param key that must not be seen, or empty
   */
  ServerWords(String key) {
    this.key = key;
  }

  /** The beginning of a text, on one line. */
  String quote(String said) {
    // Masked before it is cut: a part of the key is not found.
    String masked = key.isEmpty() ? said : masked(said);
    return Ascii.truncate(masked.replaceAll("[\\p{Cntrl}\\s]+", " ").strip(), LONGEST, "...");
  }

  /** Some writers of JSON escape slashes. */
  private String masked(String said) {
    return said.replace(key, "***").replace(key.replace("/", "\\/"), "***");
  }

  /** What went wrong in a library below, whose message may repeat the server's. */
  String quote(Throwable thrown) {
    return Optional.ofNullable(thrown.getMessage())
        .map(message -> thrown.getClass().getSimpleName() + ": " + quote(message))
        .orElse(thrown.getClass().getSimpleName());
  }
}
