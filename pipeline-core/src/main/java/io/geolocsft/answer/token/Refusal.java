package io.geolocsft.answer.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** Tells a model that declines to answer from one that answers something else. */
public final class Refusal {

  private static final List<String> PHRASES = phrases();

  private Refusal() {}

  private static List<String> phrases() {
    try {
      return Resources.readLines(Resources.getResource(Refusal.class, "refusals.txt"), UTF_8)
          .stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static boolean isIn(String plain) {
    String words = plain.toLowerCase(Locale.ROOT).replaceAll("\\s++", " ");
    return PHRASES.stream().anyMatch(words::contains);
  }
}
