package io.geolocsft.answer;

import io.geolocsft.answer.token.Token;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import java.util.Optional;

/** A link to a map. */
final class LinkForm implements Form {

  private final Tokens tokens;

  LinkForm(Tokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public Optional<Reading> at(int index) {
    Token token = tokens.get(index);
    return token.is(TokenType.LINK)
        ? MapLink.read(
                token.text(),
                tokens.isEnd(tokens.get(index + 1).isMark(".,") ? index + 2 : index + 1))
            .map(answer -> Reading.of(answer, index))
        : Optional.empty();
  }
}
