package io.geolocsft.answer.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Splitter;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The words of {@code vocabulary.txt}: more than 25 languages. */
public final class Vocabulary {

  /** Words in a phrase at most. */
  static final int PHRASE = 3;

  /** Characters of a word in a script that leaves no spaces, at most. */
  private static final int COMPACT = 6;

  /** A beginning of fewer characters says too little. */
  private static final int STEM = 3;

  private static final Set<Term> SINGLE =
      EnumSet.of(Term.DEGREES, Term.MINUTES, Term.SECONDS, Term.MINUS, Term.AND, Term.RANGE);

  private static final Map<String, EnumSet<Term>> WORDS = new HashMap<>();
  private static final Map<String, EnumSet<Term>> STEMS = new HashMap<>();

  static {
    try {
      Resources.readLines(Resources.getResource(Vocabulary.class, "vocabulary.txt"), UTF_8).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(Vocabulary::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Vocabulary() {}

  private static void add(String line) {
    List<String> halves = Splitter.on(": ").limit(2).splitToList(line);
    Term term = Term.valueOf(line.substring(0, line.indexOf(' ')));
    for (String word : Splitter.on(' ').omitEmptyStrings().split(halves.get(1))) {
      boolean stem = word.endsWith("*");
      String letters = word.replace("*", "").replace('_', ' ');
      (stem ? STEMS : WORDS).computeIfAbsent(letters, w -> EnumSet.noneOf(Term.class)).add(term);
    }
  }

  /** What a word or phrase means, whatever its case; empty if it is unknown. */
  static Set<Term> terms(String word) {
    String lower = bare(word.toLowerCase(Locale.ROOT));
    EnumSet<Term> terms = EnumSet.noneOf(Term.class);
    terms.addAll(WORDS.getOrDefault(lower, EnumSet.noneOf(Term.class)));
    for (int end = Math.min(lower.length(), 16); end >= STEM; end--) {
      terms.addAll(STEMS.getOrDefault(lower.substring(0, end), EnumSet.noneOf(Term.class)));
    }
    return terms;
  }

  /** Whether several words with a space between them mean something together. */
  static boolean isPhrase(String words) {
    return WORDS.containsKey(words.toLowerCase(Locale.ROOT));
  }

  /** Without Arabic vowel marks and the dot that Turkish capitals leave behind. */
  private static String bare(String lower) {
    StringBuilder bare = new StringBuilder(lower.length());
    lower
        .codePoints()
        .filter(c -> c != 0x307 && (c < 0x64B || c > 0x652))
        .forEach(bare::appendCodePoint);
    return bare.toString();
  }

  /**
   * The length of the known word that a text without spaces has at a place; 0 for none. A single
   * character is part of too many words: only units, signs and links count, or one that stands
   * alone.
   */
  static int compact(String text, int start, int end, boolean alone) {
    for (int length = Math.min(COMPACT, end - start); length > 0; length--) {
      Set<Term> terms = WORDS.get(text.substring(start, start + length));
      boolean counts = length > 1 || alone && end - start == 1;
      if (terms != null && (counts || !Collections.disjoint(terms, SINGLE))) {
        return length;
      }
    }
    return 0;
  }
}
