package io.geolocsft.answer.token;

import java.util.List;
import java.util.regex.Pattern;

/** Where web addresses, geo URIs and parts of them begin and end. */
public final class LinkBounds {

  private static final List<String> BEGINNINGS =
      List.of(
          "www.",
          "maps.",
          "google.",
          "openstreetmap.",
          "osm.org",
          "bing.com",
          "yandex.",
          "goo.gl",
          "2gis.");

  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{1,20}+://");
  private static final Pattern GEO = Pattern.compile("[Gg][Ee][Oo]:[-+]?\\.?\\d");
  private static final Pattern VIEW = Pattern.compile("@[-+]?\\d");

  private LinkBounds() {}

  /** The index behind a link that begins at an index; the index itself if none does. */
  static int end(String text, int start) {
    if (start > 0 && Character.isLetterOrDigit(text.charAt(start - 1)) || !begins(text, start)) {
      return start;
    }
    int end = start;
    while (end < text.length() && isPart(text.charAt(end))) {
      end++;
    }
    if (isNamed(text, start) && text.substring(start, end).indexOf('/') < 0) {
      return start;
    }
    while (end > start && ".,;:!?)*`_'|".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return end;
  }

  private static boolean isPart(char c) {
    return c > ' ' && "<>\"|`\\".indexOf(c) < 0 && c != Lexer.JSON && c != ']';
  }

  private static boolean begins(String text, int start) {
    char c = text.charAt(start);
    if (c == '#') {
      return text.startsWith("#map=", start);
    }
    if (c == '@' || c == 'g' || c == 'G') {
      return matches(VIEW, text, start) || matches(GEO, text, start) || isNamed(text, start);
    }
    return isNamed(text, start) || Character.isLetter(c) && matches(SCHEME, text, start);
  }

  private static boolean matches(Pattern pattern, String text, int start) {
    return pattern.matcher(text).region(start, text.length()).lookingAt();
  }

  private static boolean isNamed(String text, int start) {
    return BEGINNINGS.stream()
        .anyMatch(name -> text.regionMatches(true, start, name, 0, name.length()));
  }
}
