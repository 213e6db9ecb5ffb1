package io.geolocsft.prompt;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Cuts text so that no piece holds a control token's text.
 *
 * <p>The Hugging Face library matches added tokens inside any text that it is given. A cut behind
 * the first character of each match leaves only halves, which it reads as ordinary characters.
 */
final class PlainText {

  /** What a tokenizer writes for a space. */
  static final String SPACE = "▁";

  private final Pattern controlTokens;

  /**
   * @throws IllegalArgumentException for a token of one character, which cannot be cut
   */
  PlainText(Collection<String> controlTokens) {
    TreeSet<String> forms = new TreeSet<>();
    for (String token : controlTokens) {
      if (token.codePointCount(0, token.length()) < 2) {
        throw new IllegalArgumentException(
            "The special token '%s' has fewer than two characters: text that holds it cannot be told apart from it."
                .formatted(token));
      }
      forms.add(token);
      // A token may be matched before or after spaces have been written as "▁".
      forms.add(token.replace(" ", SPACE));
      forms.add(token.replace(SPACE, " "));
    }
    this.controlTokens =
        Pattern.compile(
            forms.stream().map(Pattern::quote).collect(Collectors.joining("|", "(?=", ")")));
  }

  /** Pieces that join to the text, none of them empty; unpaired surrogates become U+FFFD. */
  List<String> pieces(String text) {
    String clean = withoutUnpairedSurrogates(text);
    List<String> pieces = new ArrayList<>();
    int start = 0;
    Matcher matcher = controlTokens.matcher(clean);
    while (matcher.find()) {
      int cut = clean.offsetByCodePoints(matcher.start(), 1);
      pieces.add(clean.substring(start, cut));
      start = cut;
    }
    if (start < clean.length()) {
      pieces.add(clean.substring(start));
    }
    return pieces;
  }

  /** Text that UTF-8 can hold: the native library takes nothing else. */
  private static String withoutUnpairedSurrogates(String text) {
    if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
