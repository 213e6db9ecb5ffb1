package io.geolocsft.answer.coordinate;

import io.geolocsft.answer.token.Term;
import io.geolocsft.answer.token.Token;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The hemispheres that the words and letters of a text name, in the languages that it is in. */
public final class HemisphereWords {

  private static final Map<String, Hemisphere> LETTERS =
      Map.of(
          "N", Hemisphere.NORTH,
          "S", Hemisphere.SOUTH,
          "E", Hemisphere.EAST,
          "W", Hemisphere.WEST);

  /** Sever, yug, vostok and zapad. */
  private static final Map<String, Hemisphere> CYRILLIC =
      Map.of(
          "\u0421", Hemisphere.NORTH,
          "\u042E", Hemisphere.SOUTH,
          "\u0412", Hemisphere.EAST,
          "\u0417", Hemisphere.WEST);

  /** Kuzey, güney, doğu and batı. */
  private static final Map<String, Hemisphere> TURKISH =
      Map.of(
          "K", Hemisphere.NORTH,
          "G", Hemisphere.SOUTH,
          "D", Hemisphere.EAST,
          "B", Hemisphere.WEST);

  private static final Map<Term, Hemisphere> WORDS =
      Map.of(
          Term.NORTH, Hemisphere.NORTH,
          Term.SOUTH, Hemisphere.SOUTH,
          Term.EAST, Hemisphere.EAST,
          Term.WEST, Hemisphere.WEST,
          Term.EAST_BEHIND, Hemisphere.EAST);

  private final Tokens tokens;
  private final boolean german;
  private final boolean romance;
  private final boolean turkish;

  HemisphereWords(Tokens tokens) {
    this.tokens = tokens;
    this.german = has(Term.GERMAN);
    this.romance = has(Term.ROMANCE);
    this.turkish = has(Term.TURKISH);
  }

  private boolean has(Term language) {
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).is(language)) {
        return true;
      }
    }
    return false;
  }

  /** The hemisphere that a token names for the number before it. */
  public Optional<Hemisphere> behind(int index) {
    Token token = tokens.get(index);
    boolean small = token.text().length() == 1 && "nsew".contains(token.text());
    return small ? small(index) : named(token);
  }

  /** The hemisphere that a token names for the number behind it. */
  public Optional<Hemisphere> before(int index) {
    Token token = tokens.get(index);
    boolean small = token.text().length() == 1 && Character.isLowerCase(token.text().charAt(0));
    return small || token.is(Term.EAST_BEHIND) ? Optional.empty() : named(token);
  }

  private Optional<Hemisphere> named(Token token) {
    if (!token.is(TokenType.WORD)) {
      return Optional.empty();
    }
    if (token.isInitial()) {
      return letter(token.text());
    }
    return token.terms().stream().filter(WORDS::containsKey).findFirst().map(WORDS::get);
  }

  private Optional<Hemisphere> letter(String letter) {
    return switch (letter) {
      case "O" -> Optional.of(o());
      case "L" -> romance ? Optional.of(Hemisphere.EAST) : Optional.empty();
      case "K", "G", "D", "B" -> turkish ? Optional.of(TURKISH.get(letter)) : Optional.empty();
      default ->
          Optional.ofNullable(LETTERS.get(letter))
              .or(() -> Optional.ofNullable(CYRILLIC.get(letter)));
    };
  }

  private Hemisphere o() {
    if (german == romance) {
      return Hemisphere.EAST_OR_WEST;
    }
    return german ? Hemisphere.EAST : Hemisphere.WEST;
  }

  /** Small letters are units and words as well, unless they touch what they belong to. */
  private Optional<Hemisphere> small(int index) {
    Token before = tokens.get(index - 1);
    boolean touches =
        tokens.isGlued(index) && (before.is(TokenType.NUMBER) || before.isMark("°'\""));
    boolean seconds = tokens.get(index).text().equals("s") && before.numeral().decimals() < 3;
    boolean clear = touches && !(before.is(TokenType.NUMBER) && seconds);
    return clear ? letter(tokens.get(index).text().toUpperCase(Locale.ROOT)) : Optional.empty();
  }
}
