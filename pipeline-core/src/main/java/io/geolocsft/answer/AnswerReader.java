package io.geolocsft.answer;

import java.util.List;
import java.util.Optional;

/**
 * Reads coordinates from a model's output.
 *
 * <p>Forms are tried from the strictest to the most lenient, and the first that matches decides;
 * {@link AnswerStatus} names them. Within a form the last match counts, for a model thinks before
 * it answers. Integers, signs, the Unicode minus, digits of any script, LaTeX, Markdown and
 * hemispheres before or behind their numbers are understood. Latitude and longitude are never
 * swapped to make them fit, and bare numbers that carry a unit are none.
 */
public final class AnswerReader {

  /** Characters beyond which a text is not read; a long answer of the JSON form has 10,000. */
  public static final int MAX_CHARACTERS = 65_536;

  private static final List<Form> FORMS =
      List.of(
          new Form(CoordinatePattern.STRICT, AnswerStatus.STRICT),
          new Form(CoordinatePattern.LABELLED, AnswerStatus.LABELLED),
          new Form(CoordinatePattern.LABELLED_PAIR, AnswerStatus.LABELLED),
          new Form(CoordinatePattern.HEMISPHERES, AnswerStatus.HEMISPHERES),
          new Form(CoordinatePattern.NOTATIONS, AnswerStatus.LABELLED),
          new Form(CoordinatePattern.ONLY_PAIR, AnswerStatus.PAIR),
          new Form(CoordinatePattern.DECIMAL_PAIR, AnswerStatus.PAIR),
          new Form(CoordinatePattern.COMMA_PAIR, AnswerStatus.PAIR));

  /** A form and what an answer of it is called. */
  private record Form(CoordinatePattern pattern, AnswerStatus status) {

    Optional<Answer> read(String text) {
      return pattern.read(text, status);
    }
  }

  private AnswerReader() {}

  /** Reads a text of any content and length. */
  public static Answer read(String text) {
    if (text.length() > MAX_CHARACTERS) {
      return Answer.without(AnswerStatus.TOO_LONG);
    }
    String dashed = AnswerText.dashed(text);
    Optional<Answer> json = json(dashed);
    return json.orElseGet(() -> read(AnswerText.plain(dashed), FORMS));
  }

  private static Answer read(String plain, List<Form> forms) {
    return forms.stream()
        .flatMap(form -> form.read(plain).stream())
        .findFirst()
        .orElse(Answer.without(AnswerStatus.NO_COORDINATES));
  }

  /** The last answer in the paper's JSON form, unless the text goes on to correct it. */
  private static Optional<Answer> json(String text) {
    return JsonAnswers.last(text)
        .map(found -> correction(text.substring(found.end())).orElse(found.answer()));
  }

  /** An answer in the strict form, or in JSON that is cut off or of other keys. */
  private static Optional<Answer> correction(String rest) {
    String plain = AnswerText.plain(rest);
    int object = plain.indexOf('{');
    return CoordinatePattern.STRICT
        .read(plain, AnswerStatus.STRICT)
        .or(
            () ->
                object < 0
                    ? Optional.empty()
                    : CoordinatePattern.LABELLED.read(
                        plain.substring(object), AnswerStatus.LABELLED));
  }
}
