package io.geolocsft.answer;

import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import java.util.Optional;

/** The short form that a model is taught, {@code <answer>lat: 12.34, lon: -56.78</answer>}. */
final class StrictForm implements Form {

  private final Tokens tokens;
  private final LabelledForm labelled;

  StrictForm(Tokens tokens, LabelledForm labelled) {
    this.tokens = tokens;
    this.labelled = labelled;
  }

  /** What is labelled, and strict if it stands between the tags in just this form. */
  @Override
  public Optional<Reading> at(int index) {
    return labelled.at(index).map(reading -> isStrict(reading) ? strict(reading) : reading);
  }

  private boolean isStrict(Reading reading) {
    int before = reading.first() - (isLine(reading.first() - 1) ? 2 : 1);
    int behind = reading.end() + (isLine(reading.end()) ? 1 : 0);
    boolean tags = isTag(before, "<answer>") && isTag(behind, "</answer>");
    return tags
        && isLabel(reading.first(), "lat")
        && isLabel(reading.coordinates().get(1).first() - 2, "lon")
        && reading.coordinates().stream().noneMatch(c -> c.hasHemisphere() || c.angle().marked());
  }

  private boolean isLine(int index) {
    return tokens.get(index).is(TokenType.NEWLINE);
  }

  private boolean isTag(int index, String tag) {
    return tokens.get(index).is(TokenType.MARK) && tokens.get(index).text().equals(tag);
  }

  private boolean isLabel(int index, String label) {
    return tokens.get(index).text().equals(label) && tokens.get(index + 1).isMark(":");
  }

  private static Reading strict(Reading reading) {
    return reading
        .answer()
        .point()
        .map(point -> reading.with(new Answer(AnswerStatus.STRICT, Optional.of(point))))
        .orElse(reading);
  }
}
