package io.geolocsft.answer;

import io.geolocsft.answer.coordinate.Coordinate;
import io.geolocsft.answer.coordinate.Coordinates;
import io.geolocsft.answer.coordinate.Hemisphere.Axis;
import io.geolocsft.answer.coordinate.HemisphereWords;
import io.geolocsft.answer.token.Lexer;
import io.geolocsft.answer.token.TexAndHtml;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import io.geolocsft.answer.token.Typography;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads the coordinates of a text, in which objects of JSON may have been read before. */
final class PlainReader {

  private PlainReader() {}

  /** The answer of a text without JSON. */
  static Answer read(String text) {
    return read(text, List.of());
  }

  /**
   * The answer of a text.
   *
   * @param objects what the JSON objects say that {@link Lexer#JSON} stands for
   */
  static Answer read(String text, List<Answer> objects) {
    Tokens tokens = Lexer.lex(plain(text));
    int open = openTag(tokens);
    List<Reading> points = readings(tokens, objects, false);
    boolean found = points.stream().anyMatch(reading -> isPoint(reading.answer()));
    boolean done = found || !hasDecimalComma(tokens);
    List<Reading> readings = done ? points : withCommas(tokens, objects, points);
    Optional<Answer> answer =
        new FinalAnswer(tokens)
            .of(readings.stream().filter(reading -> reading.first() >= open).toList())
            .map(reading -> answer(reading, new Cut(tokens)));
    return answer.orElseGet(() -> Answer.without(AnswerStatus.NO_COORDINATES));
  }

  private static boolean isPoint(Answer answer) {
    return answer.status() != AnswerStatus.NO_COORDINATES;
  }

  private static boolean hasDecimalComma(Tokens tokens) {
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.isDecimalComma(i)) {
        return true;
      }
    }
    return false;
  }

  /** What there is with decimal commas, if anything. */
  private static List<Reading> withCommas(
      Tokens tokens, List<Answer> objects, List<Reading> points) {
    List<Reading> commas = readings(tokens, objects, true);
    return commas.isEmpty() ? points : commas;
  }

  private static Answer answer(Reading reading, Cut cut) {
    boolean lost = isPoint(reading.answer()) ? cut.isCut(reading) : cut.isUnfinished(reading);
    return lost ? Answer.without(AnswerStatus.TRUNCATED) : reading.answer();
  }

  private static String plain(String text) {
    return TexAndHtml.withoutTex(Typography.plain(TexAndHtml.withoutEntities(text))).strip();
  }

  /** Behind the last answer's tag if it is never closed, or else 0. */
  private static int openTag(Tokens tokens) {
    for (int i = tokens.size() - 1; i >= 0; i--) {
      if (tokens.get(i).is(TokenType.MARK) && tokens.get(i).text().endsWith("answer>")) {
        return tokens.get(i).text().startsWith("</") ? 0 : i;
      }
    }
    return 0;
  }

  private static List<Reading> readings(Tokens tokens, List<Answer> objects, boolean commas) {
    List<Reading> readings = objects(tokens, objects);
    if (!tokens.has(TokenType.NUMBER) && !tokens.has(TokenType.LINK)) {
      return readings;
    }
    Coordinates coordinates = new Coordinates(tokens, commas);
    List<Form> explicit =
        List.of(
            new LinkForm(tokens),
            new PointForm(tokens, coordinates),
            new TableForm(tokens, coordinates),
            new LabelledPairForm(tokens, coordinates),
            new StrictForm(tokens, new LabelledForm(tokens, coordinates)),
            new LabelBehindForm(tokens, coordinates),
            new HemisphereForm(tokens, coordinates));
    BitSet taken = new BitSet(tokens.size());
    collect(explicit, tokens, taken, readings);
    collect(List.of(new PairForm(tokens, coordinates, commas)), tokens, taken, readings);
    return readings;
  }

  private static List<Reading> objects(Tokens tokens, List<Answer> objects) {
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).is(TokenType.JSON) && readings.size() < objects.size()) {
        readings.add(Reading.of(objects.get(readings.size()), i));
      }
    }
    return readings;
  }

  /** Adds what forms find from left to right in what is not taken yet. */
  private static void collect(
      List<Form> forms, Tokens tokens, BitSet taken, List<Reading> readings) {
    for (int i = 0; i < tokens.size(); ) {
      Optional<Reading> reading = taken.get(i) ? Optional.empty() : first(forms, i, taken);
      reading.ifPresent(readings::add);
      reading.ifPresent(found -> taken.set(found.first(), found.end()));
      i = reading.map(Reading::end).orElse(i + 1);
    }
  }

  private static Optional<Reading> first(List<Form> forms, int index, BitSet taken) {
    for (Form form : forms) {
      Optional<Reading> reading = form.at(index);
      if (reading.isPresent() && isFree(reading.get(), taken)) {
        return reading;
      }
    }
    return Optional.empty();
  }

  private static boolean isFree(Reading reading, BitSet taken) {
    int next = taken.nextSetBit(reading.first());
    return next < 0 || next >= reading.end();
  }

  /** Whether a text has nothing but a coordinate and words such as "about". */
  private static boolean isAll(Coordinate coordinate, Tokens tokens) {
    boolean plain = tokens.isEnd(coordinate.end());
    for (int i = 0; i < coordinate.first(); i++) {
      plain &= tokens.get(i).is(TokenType.WORD) && tokens.get(i).terms().isEmpty();
    }
    return plain;
  }

  /** The degrees of a text that is one coordinate and nothing else. */
  static OptionalDouble degrees(String text, Axis axis) {
    Tokens tokens = Lexer.lex(plain(text));
    Coordinates coordinates = new Coordinates(tokens, true);
    HemisphereWords hemispheres = coordinates.hemispheres();
    for (int i = 0; i < Math.min(4, tokens.size()); i++) {
      if (tokens.get(i).is(TokenType.NUMBER)) {
        return coordinates
            .at(i)
            .map(
                found ->
                    hemispheres
                        .before(found.first() - 1)
                        .map(half -> Coordinates.behind(half, found.first() - 1, found))
                        .orElse(found))
            .filter(found -> isAll(found, tokens) && found.fits(axis))
            .map(Coordinate::degrees)
            .orElse(OptionalDouble.empty());
      }
    }
    return OptionalDouble.empty();
  }
}
