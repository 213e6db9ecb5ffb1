package io.geolocsft.stage.caption;

import io.geolocsft.caption.CaptionReader;
import io.geolocsft.caption.CaptionVerdict;
import io.geolocsft.caption.Ruling;
import io.geolocsft.config.ExampleSettings;
import io.geolocsft.stage.ExampleTexts;
import java.util.Locale;

/**
 * Judges answers and makes training texts of them, in a task.
 *
 * @param reader judges what an answer says
 * @param tokens counts how long its training row is
 */
record CaptionTexts(CaptionReader reader, ExampleTexts.Opened tokens, ExampleSettings settings) {

  /**
   * What becomes of a text.
   *
   * @param training what is trained on; null unless it is accepted
   */
  record Judged(Ruling ruling, String detail, String training) {
    boolean isAccepted() {
      return ruling == Ruling.ACCEPTED;
    }
  }

  Judged judge(String text, CaptionImage image) {
    CaptionVerdict verdict = reader.judge(text, image.truth());
    if (!verdict.isAccepted()) {
      return new Judged(verdict.ruling(), verdict.detail(), null);
    }
    String training = settings.captionTarget().target(verdict.caption(), image.truth());
    int views = tokens.views(image.width(), image.height());
    int length = tokens.prompt(views).length + tokens.target(training).length;
    return length > settings.maxTokens()
        ? new Judged(
            Ruling.TOO_LONG,
            String.format(
                Locale.ROOT,
                "%d tokens with prompt and image; examples.max_tokens is %d",
                length,
                settings.maxTokens()),
            null)
        : new Judged(Ruling.ACCEPTED, null, training);
  }
}
