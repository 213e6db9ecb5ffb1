package io.geolocsft.report;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.report.data.AnswerCard;
import io.geolocsft.report.data.Picture;
import io.geolocsft.report.draw.DisplayNumbers;
import io.geolocsft.report.draw.GreatCircle;
import io.geolocsft.report.draw.Markup;
import io.geolocsft.report.draw.WorldMap;
import java.util.List;
import java.util.Optional;

/** The best and the worst answers with their images. */
record AnswersSection(List<AnswerCard> cards) implements Section {

  private static final int LONGEST_TEXT = 280;

  @Override
  public String id() {
    return "answers";
  }

  @Override
  public String heading() {
    return "Best and worst answers";
  }

  @Override
  public boolean hasContent() {
    return !cards.isEmpty();
  }

  @Override
  public Optional<String> introduction() {
    return Optional.of(
        "Chosen by distance alone. The ring is the truth, the dot the trained model's answer.");
  }

  @Override
  public void body(Markup markup) {
    group(markup, "Best", cards.stream().filter(AnswerCard::best).toList());
    group(markup, "Worst", cards.stream().filter(card -> !card.best()).toList());
  }

  private static void group(Markup markup, String heading, List<AnswerCard> cards) {
    if (cards.isEmpty()) {
      return;
    }
    markup.element("h3", heading).open("div", "class", "cards");
    cards.forEach(card -> card(markup, card));
    markup.close();
  }

  private static void card(Markup markup, AnswerCard card) {
    markup.open("article", "class", "card");
    picture(
        markup,
        card.picture(),
        "Image %s, taken at %s".formatted(card.imageId(), DisplayNumbers.point(card.truth())));
    locator(markup, card);
    markup.open("p", "class", "distance");
    markup.element(
        "strong",
        Double.isNaN(card.distanceKm())
            ? "no answer"
            : DisplayNumbers.kilometers(card.distanceKm()));
    if (!Double.isNaN(card.baseDistanceKm())) {
      markup.element("span", "base " + DisplayNumbers.kilometers(card.baseDistanceKm()));
    }
    markup.close().open("dl");
    line(markup, "Truth", DisplayNumbers.point(card.truth()));
    card.answer().ifPresent(answer -> line(markup, "Answer", DisplayNumbers.point(answer)));
    line(markup, "Image", card.imageId());
    line(markup, "Benchmark", DisplayNames.words(card.benchmark()));
    markup.close();
    if (!card.text().isBlank()) {
      if (card.textKm() > 0) {
        markup.element(
            "p",
            "Made of %s candidates; the nearest, %s away:"
                .formatted(
                    DisplayNumbers.count(card.candidates()),
                    DisplayNumbers.kilometers(card.textKm())),
            "class",
            "made");
      }
      markup.element("bdi", shortened(card.text()), "class", "wrote");
    }
    markup.close();
  }

  static void picture(Markup markup, Optional<Picture> shown, String description) {
    if (shown.isEmpty()) {
      markup.element("p", "The image could not be read.", "class", "nopicture");
      return;
    }
    Picture picture = shown.get();
    markup.leaf(
        "img",
        "src",
        picture.dataUri(),
        "width",
        Integer.toString(picture.width()),
        "height",
        Integer.toString(picture.height()),
        "alt",
        description);
  }

  private static void locator(Markup markup, AnswerCard card) {
    WorldMap.open(
        markup,
        "Truth at %s%s"
            .formatted(
                DisplayNumbers.point(card.truth()),
                card.answer()
                    .map(answer -> ", answer at " + DisplayNumbers.point(answer))
                    .orElse("")),
        "locator");
    card.answer().ifPresent(answer -> way(markup, card.truth(), answer));
    WorldMap.ring(markup, card.truth());
    markup.close();
  }

  private static void way(Markup markup, GeoPoint truth, GeoPoint answer) {
    markup.leaf("path", "class", "way", "d", GreatCircle.path(truth, answer));
    WorldMap.dots(markup, List.of(answer), "answer");
  }

  static void line(Markup markup, String label, String value) {
    markup.open("div").element("dt", label);
    markup.open("dd").element("bdi", value).close().close();
  }

  static String shortened(String text) {
    return text.codePointCount(0, text.length()) <= LONGEST_TEXT
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST_TEXT)) + "\u2026";
  }
}
