package io.geolocsft.answer;

import io.geolocsft.answer.coordinate.Coordinate;
import io.geolocsft.answer.coordinate.Coordinates;
import io.geolocsft.answer.coordinate.Hemisphere.Axis;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import java.util.Optional;

/**
 * Points of well-known text, {@code POINT(2.3 48.9)}, whose longitude is first. With a comma it is
 * some program's call, and the programs differ in their order.
 */
final class PointForm implements Form {

  private final Tokens tokens;
  private final Coordinates coordinates;

  PointForm(Tokens tokens, Coordinates coordinates) {
    this.tokens = tokens;
    this.coordinates = coordinates;
  }

  @Override
  public Optional<Reading> at(int index) {
    String word = tokens.get(index).text();
    if (!word.equalsIgnoreCase("point") && !word.equalsIgnoreCase("pointz")) {
      return Optional.empty();
    }
    String dimension = tokens.get(index + 1).text();
    int open = "Z M ZM".contains(dimension) && !dimension.isEmpty() ? index + 2 : index + 1;
    return tokens.get(open).isMark("(") ? inside(index, open) : Optional.empty();
  }

  private Optional<Reading> inside(int index, int open) {
    Optional<Coordinate> longitude = coordinates.at(number(open + 1));
    if (longitude.isEmpty()) {
      return Optional.empty();
    }
    int end = longitude.get().end();
    boolean call = tokens.get(end).isMark(",") && tokens.isGlued(open);
    Optional<Coordinate> latitude = coordinates.at(number(call ? end + 1 : end));
    return latitude.map(
        found -> {
          Reading reading =
              Reading.of(AnswerStatus.LABELLED, Axis.LONGITUDE, longitude.get(), found).from(index);
          return call ? reading.refused() : reading;
        });
  }

  private int number(int index) {
    return tokens.get(index).is(TokenType.NUMBER) ? index : index + 1;
  }
}
