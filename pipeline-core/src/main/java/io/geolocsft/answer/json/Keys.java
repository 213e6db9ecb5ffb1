package io.geolocsft.answer.json;

import io.geolocsft.answer.coordinate.Hemisphere.Axis;
import io.geolocsft.answer.token.Lexer;
import io.geolocsft.answer.token.Term;
import io.geolocsft.answer.token.Token;
import io.geolocsft.answer.token.Tokens;
import io.geolocsft.answer.token.Typography;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the name of a JSON field says.
 *
 * @param axes that it names, in its order
 * @param terms of all its words
 * @param rank the number that it ends with; 0 if it has none
 */
public record Keys(List<Axis> axes, Set<Term> terms, int rank, String name) {

  private static final int LONGEST = 60;

  public static Keys of(String name) {
    String words = name.substring(0, Math.min(LONGEST, name.length()));
    Tokens tokens = Lexer.lex(Typography.plain(words));
    List<Axis> axes = new ArrayList<>();
    EnumSet<Term> terms = EnumSet.noneOf(Term.class);
    int rank = 0;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      terms.addAll(token.terms());
      if (token.is(Term.LATITUDE) != token.is(Term.LONGITUDE)) {
        axes.add(token.is(Term.LATITUDE) ? Axis.LATITUDE : Axis.LONGITUDE);
      }
      rank = token.numeral().isWhole() ? (int) token.numeral().value() : 0;
    }
    return new Keys(axes, terms, rank, words);
  }

  public boolean has(Term term) {
    return terms.contains(term);
  }

  /** The axis whose value the field holds. */
  public Optional<Axis> axis() {
    boolean other = has(Term.BOUND) || has(Term.QUANTITY) || has(Term.DIRECTION);
    return axes.size() == 1 && !other ? Optional.of(axes.get(0)) : Optional.empty();
  }

  /** The axis whose hemisphere the field holds. */
  public Optional<Axis> direction() {
    return axes.size() == 1 && has(Term.DIRECTION) ? Optional.of(axes.get(0)) : Optional.empty();
  }

  /** The first axis of a field that holds both. */
  public Optional<Axis> order() {
    return axes.size() == 2 ? Optional.of(axes.get(0)) : Optional.empty();
  }

  public boolean isSkipped() {
    return has(Term.THINKING) || has(Term.BOUND);
  }

  public boolean isAlternative() {
    return has(Term.ALTERNATIVE) || has(Term.REJECTION) || rank > 1;
  }

  public boolean mayHoldText() {
    boolean said = has(Term.FINAL) || has(Term.PLACE) || has(Term.RANKED) || !axes.isEmpty();
    return said || Set.of("response", "result", "output", "text", "content").contains(name);
  }

  /** Whether two numbers under it are a latitude and a longitude; programs differ about places. */
  public boolean mayHoldPair() {
    return has(Term.FINAL)
        || name.equals("gps")
        || name.equals("prediction")
        || name.equals("guess");
  }
}
