package io.geolocsft.failure;

import java.util.List;
import java.util.Locale;

/** What is shown of an input in a message: some of it, and nothing that is not text. */
public final class Excerpt {

  private static final int MOST_CHARACTERS = 200;
  private static final int MOST_NAMES = 40;

  private Excerpt() {}

  /** At most so many characters, those that cannot be printed as a question mark. */
  public static String of(String text, int most) {
    String start = text.length() <= most ? text : text.substring(0, most) + "...";
    return start.replaceAll("[\\p{Cntrl}\\p{Cs}\\p{Co}\\p{Cn}\ufffd&&[^\n]]", "?");
  }

  public static String of(String text) {
    return of(text, MOST_CHARACTERS).replace('\n', ' ');
  }

  /** The first names of a list, and how many there are beyond. */
  public static String of(List<String> names) {
    List<String> first = names.stream().limit(MOST_NAMES).map(Excerpt::of).toList();
    return names.size() == first.size()
        ? first.toString()
        : String.format(Locale.ROOT, "%s and %d more", first, names.size() - first.size());
  }
}
