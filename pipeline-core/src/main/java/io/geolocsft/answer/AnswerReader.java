package io.geolocsft.answer;

import io.geolocsft.answer.token.Refusal;
import io.geolocsft.answer.token.Thinking;
import io.geolocsft.answer.token.Typography;

/**
 * Reads coordinates from a model's output.
 *
 * <p>Thoughts between their tags are left out. Then these forms are looked for, and of what is
 * found {@link FinalAnswer} chooses: the strongest form, and of several the last.
 *
 * <ol>
 *   <li>JSON objects, complete or cut off, and {@code <answer>lat: 12.34, lon: -56.78</answer>}
 *   <li>links of maps, geo URIs, points of well-known text
 *   <li>tables with both labels in their head; both labels and then both numbers; each number with
 *       its label, before or behind it
 *   <li>both numbers with their hemispheres, behind or before them
 *   <li>bare pairs, taken as latitude and longitude
 * </ol>
 *
 * <p>In all of them: signs of any kind of dash where a dash can be nothing else, degrees with
 * minutes and seconds, digits of any script, TeX, HTML and Markdown, decimal commas, words of more
 * than 25 languages. A number that carries a unit is none. Latitude and longitude are never swapped
 * to make them fit, and where the hemisphere or the order is not clear there is no answer.
 */
public final class AnswerReader {

  /** Characters beyond which a text is not read; a long answer of the JSON form has 10,000. */
  public static final int MAX_CHARACTERS = 65_536;

  private AnswerReader() {}

  /** Reads a text of any content and length. */
  public static Answer read(String text) {
    if (text.length() > MAX_CHARACTERS) {
      return Answer.without(AnswerStatus.TOO_LONG);
    }
    String said = JsonScan.isObject(text) ? text : Thinking.without(text);
    JsonScan objects = JsonScan.of(said);
    Answer answer =
        objects.open().orElseGet(() -> PlainReader.read(objects.rest(), objects.answers()));
    boolean refused =
        answer.status() == AnswerStatus.NO_COORDINATES && Refusal.isIn(Typography.plain(said));
    return refused ? Answer.without(AnswerStatus.REFUSED) : answer;
  }
}
