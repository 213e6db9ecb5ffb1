package io.geolocsft.answer;

import io.geolocsft.answer.coordinate.Coordinate;
import io.geolocsft.answer.coordinate.Coordinates;
import io.geolocsft.answer.coordinate.Hemisphere.Axis;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import java.util.Optional;

/** Two numbers, each before its label: {@code 48.9 latitude, 2.3 longitude}. */
final class LabelBehindForm implements Form {

  private static final int BETWEEN = 6;

  private final Tokens tokens;
  private final Coordinates coordinates;

  LabelBehindForm(Tokens tokens, Coordinates coordinates) {
    this.tokens = tokens;
    this.coordinates = coordinates;
  }

  @Override
  public Optional<Reading> at(int index) {
    if (!tokens.get(index).is(TokenType.NUMBER) || isLabelled(index)) {
      return Optional.empty();
    }
    Optional<Coordinate> one = coordinates.at(index);
    int label = one.map(found -> label(found.end())).orElse(-1);
    int number = label < 0 ? -1 : number(label + 1);
    Optional<Coordinate> other = number < 0 ? Optional.empty() : coordinates.at(number);
    int last = other.map(found -> label(found.end())).orElse(-1);
    return last < 0 ? Optional.empty() : reading(one.get(), label, other.get(), last);
  }

  private Optional<Reading> reading(Coordinate one, int label, Coordinate other, int last) {
    Axis axis = coordinates.label(label).orElseThrow();
    if (coordinates.label(last).orElseThrow() == axis) {
      return Optional.empty();
    }
    Reading reading = Reading.of(AnswerStatus.LABELLED, axis, one, other);
    return Optional.of(
        new Reading(reading.first(), last + 1, reading.answer(), reading.coordinates()));
  }

  /** Whether a label stands before a number, which then is its own. */
  private boolean isLabelled(int index) {
    int at = index - 1;
    while (at >= index - 4 && tokens.get(at).is(TokenType.MARK)) {
      at--;
    }
    return coordinates.label(at).isPresent();
  }

  /** The index of the label right behind a number, perhaps in brackets. */
  private int label(int end) {
    int at = coordinates.behindPreposition(tokens.get(end).isMark("(") ? end + 1 : end);
    boolean names = tokens.get(at + 1).isMark(":=") || tokens.get(at + 1).is(TokenType.NUMBER);
    return coordinates.label(at).isPresent() && !names ? at : -1;
  }

  private int number(int from) {
    for (int i = from; i < from + BETWEEN; i++) {
      if (tokens.get(i).is(TokenType.NUMBER)) {
        return i;
      }
      if (coordinates.label(i).isPresent() || tokens.get(i).is(TokenType.NONE)) {
        return -1;
      }
    }
    return -1;
  }
}
