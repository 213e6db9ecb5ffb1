package io.geolocsft.answer;

import io.geolocsft.answer.token.Term;
import io.geolocsft.answer.token.Token;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Chooses the answer among all coordinates of a text: that of the strongest form, and of several
 * the last, since a model thinks before it answers.
 *
 * <p>The first of several counts where they are ranks of a list, and where the others are said to
 * be alternatives or stand in brackets behind it. A weaker form counts if it is said to correct
 * what went before. What is said not to be the answer never is.
 */
final class FinalAnswer {

  private static final int LOOK_BACK = 12;

  private final Tokens tokens;
  private final Ranks ranks;
  private final Cues cues;

  FinalAnswer(Tokens tokens) {
    this.tokens = tokens;
    this.ranks = new Ranks(tokens);
    this.cues = new Cues(tokens);
  }

  /** How much a reading weighs against others. */
  private enum Strength {
    /** A bare pair that is no point on Earth. */
    UNLIKELY,
    PAIR,
    EXPLICIT,
    /** What is said to be the answer. */
    SAID,
    /** JSON, or within an answer's tags. */
    HELD
  }

  Optional<Reading> of(List<Reading> readings) {
    List<Reading> ordered =
        readings.stream().sorted(Comparator.comparingInt(Reading::first)).toList();
    Optional<Reading> chosen = Optional.empty();
    for (Reading reading : ordered) {
      if (chosen.isEmpty() ? !isRejected(reading, 0) : replaces(chosen.get(), reading)) {
        chosen = Optional.of(reading);
      }
    }
    return chosen;
  }

  private boolean replaces(Reading chosen, Reading next) {
    Strength strength = strength(next);
    boolean corrects = cues.hasCorrection(chosen.end(), next.first());
    boolean stronger = strength.compareTo(strength(chosen)) > 0;
    if (isRejected(next, chosen.end()) || strength == Strength.UNLIKELY) {
      return false;
    }
    if (isAside(chosen, next) || isAlternative(chosen, next) && !corrects) {
      return stronger && strength.compareTo(Strength.SAID) >= 0;
    }
    boolean weaker = strength.compareTo(strength(chosen)) < 0;
    int colon = next.first() - 1;
    boolean introduced = tokens.get(colon).isMark(":") && tokens.get(colon - 1).is(Term.CORRECTION);
    return !weaker || corrects && (introduced || strength(chosen) != Strength.HELD);
  }

  private Strength strength(Reading reading) {
    if (tokens.get(reading.first()).is(TokenType.JSON) || isWithin(reading.first())) {
      return Strength.HELD;
    }
    if (isSaid(reading.first())) {
      return Strength.SAID;
    }
    if (reading.answer().status() == AnswerStatus.PAIR) {
      return Strength.PAIR;
    }
    boolean bare = reading.answer().status() == AnswerStatus.OUT_OF_RANGE;
    return bare ? Strength.UNLIKELY : Strength.EXPLICIT;
  }

  /** Whether an answer's tag is open at an index. */
  private boolean isWithin(int index) {
    for (int i = index - 1; i >= index - LOOK_BACK; i--) {
      Token token = tokens.get(i);
      if (token.is(TokenType.MARK) && token.text().endsWith("answer>")) {
        return token.text().equals("<answer>");
      }
    }
    return false;
  }

  private boolean isSaid(int index) {
    for (int i = index - 1; i >= index - LOOK_BACK; i--) {
      Token token = tokens.get(i);
      if (token.is(TokenType.NUMBER) || token.isMark("!?;") || token.is(TokenType.JSON)) {
        return false;
      }
      if (token.is(Term.FINAL)) {
        return true;
      }
    }
    return false;
  }

  private boolean isRejected(Reading reading, int from) {
    for (int i = reading.first() - 1; i >= Math.max(from, reading.first() - 6); i--) {
      if (tokens.get(i).isMark(".;:")
          || tokens.get(i).is(TokenType.NEWLINE)
          || tokens.get(i).is(TokenType.NUMBER)) {
        return false;
      }
      if (tokens.get(i).is(Term.REJECTION)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it stands in brackets that open behind the one before. */
  private boolean isAside(Reading chosen, Reading next) {
    boolean sentence = cues.hasSentence(chosen.end(), next.first());
    boolean alternative = cues.hasAlternative(chosen.end(), next.first());
    return cues.isInBrackets(chosen.end(), next.first()) && (!sentence || alternative);
  }

  private boolean isAlternative(Reading chosen, Reading next) {
    return cues.hasAlternative(chosen.end(), next.first())
        || ranks.areRanked(chosen, next)
        || isSibling(chosen, next);
  }

  /** Objects of one JSON array, unless each is a whole answer of its own. */
  private boolean isSibling(Reading chosen, Reading next) {
    boolean objects =
        tokens.get(chosen.first()).is(TokenType.JSON)
            && tokens.get(next.first()).is(TokenType.JSON);
    int between = next.first() - chosen.end();
    for (int i = chosen.end(); i < next.first() && between <= 3; i++) {
      objects &= tokens.get(i).isMark(",") || tokens.get(i).is(TokenType.NEWLINE);
    }
    return objects && between > 0 && between <= 3 && next.answer().status() != AnswerStatus.JSON;
  }
}
