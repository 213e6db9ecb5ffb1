package io.geolocsft.answer;

import io.geolocsft.answer.coordinate.Coordinate;
import io.geolocsft.answer.coordinate.Coordinates;
import io.geolocsft.answer.coordinate.Hemisphere.Axis;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import java.util.Optional;

/**
 * A table whose head has both labels, in Markdown, HTML or with commas or semicolons: the first
 * row, since rows are ranked.
 */
final class TableForm implements Form {

  /** Tokens of a row at most. */
  private static final int ROW = 120;

  private final Tokens tokens;
  private final Coordinates coordinates;

  TableForm(Tokens tokens, Coordinates coordinates) {
    this.tokens = tokens;
    this.coordinates = coordinates;
  }

  /**
   * The head of a table.
   *
   * @param delimiter between the cells
   * @param latitude the column of the latitude, from 0 on
   * @param longitude that of the longitude
   */
  private record Head(String delimiter, int latitude, int longitude) {}

  @Override
  public Optional<Reading> at(int index) {
    boolean starts = index == 0 || tokens.get(index - 1).is(TokenType.NEWLINE);
    Optional<Head> head = starts ? head(index) : Optional.empty();
    return head.flatMap(columns -> row(index, columns));
  }

  private Optional<Head> head(int index) {
    String delimiter = delimiter(index);
    int latitude = -1;
    int longitude = -1;
    int column = 0;
    for (int i = index; i < index + ROW && !isLineEnd(i); i++) {
      column += tokens.get(i).isMark(delimiter) ? 1 : 0;
      Optional<Axis> axis = coordinates.label(i);
      if (tokens.get(i).is(TokenType.NUMBER)
          || axis.isPresent() && isTaken(axis.get(), latitude, longitude, column)) {
        return Optional.empty();
      }
      latitude = axis.filter(Axis.LATITUDE::equals).isPresent() ? column : latitude;
      longitude = axis.filter(Axis.LONGITUDE::equals).isPresent() ? column : longitude;
    }
    boolean both = latitude >= 0 && longitude >= 0 && latitude != longitude;
    return both ? Optional.of(new Head(delimiter, latitude, longitude)) : Optional.empty();
  }

  /** Whether another column has the label already. */
  private static boolean isTaken(Axis axis, int latitude, int longitude, int column) {
    int known = axis == Axis.LATITUDE ? latitude : longitude;
    return known >= 0 && known != column;
  }

  private boolean isLineEnd(int index) {
    return tokens.get(index).is(TokenType.NEWLINE) || tokens.get(index).is(TokenType.NONE);
  }

  /** The mark that the head has most reason to be cut at. */
  private String delimiter(int index) {
    String delimiter = ",";
    for (int i = index; i < index + ROW && !isLineEnd(i); i++) {
      if (tokens.get(i).isMark("|")) {
        return "|";
      }
      delimiter = tokens.get(i).isMark(";") ? ";" : delimiter;
    }
    return delimiter;
  }

  /** The first row below that has numbers in both columns. */
  private Optional<Reading> row(int index, Head head) {
    int start = behindLine(index);
    for (int line = 0; line < 3 && !tokens.isEnd(start); line++) {
      Optional<Coordinate> latitude = cell(start, head.delimiter, head.latitude);
      Optional<Coordinate> longitude = cell(start, head.delimiter, head.longitude);
      if (latitude.isPresent() && longitude.isPresent()) {
        return Optional.of(reading(index, latitude.get(), longitude.get()));
      }
      start = behindLine(start);
    }
    return Optional.empty();
  }

  private static Reading reading(int index, Coordinate latitude, Coordinate longitude) {
    boolean order = latitude.first() < longitude.first();
    return order
        ? Reading.of(AnswerStatus.LABELLED, Axis.LATITUDE, latitude, longitude).from(index)
        : Reading.of(AnswerStatus.LABELLED, Axis.LONGITUDE, longitude, latitude).from(index);
  }

  private int behindLine(int index) {
    int at = index;
    while (at < index + ROW && !isLineEnd(at)) {
      at++;
    }
    return at + 1;
  }

  private Optional<Coordinate> cell(int start, String delimiter, int wanted) {
    int column = 0;
    for (int i = start; i < start + ROW && !isLineEnd(i); i++) {
      column += tokens.get(i).isMark(delimiter) ? 1 : 0;
      if (column == wanted && tokens.get(i).is(TokenType.NUMBER)) {
        return coordinates
            .at(i)
            .filter(found -> delimiter.equals(",") || !coordinates.isCutByComma(found));
      }
    }
    return Optional.empty();
  }
}
