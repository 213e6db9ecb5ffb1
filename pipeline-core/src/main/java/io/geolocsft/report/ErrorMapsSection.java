package io.geolocsft.report;

import io.geolocsft.report.data.AnswerSet;
import io.geolocsft.report.data.AnswerSet.JudgedAnswer;
import io.geolocsft.report.data.ErrorCounts;
import io.geolocsft.report.draw.DisplayNumbers;
import io.geolocsft.report.draw.GreatCircle;
import io.geolocsft.report.draw.Markup;
import io.geolocsft.report.draw.WorldMap;
import java.util.List;
import java.util.Optional;

/** Great circles from each truth to its answer, before and after training. */
record ErrorMapsSection(List<AnswerSet> answers) implements Section {

  @Override
  public String id() {
    return "errors";
  }

  @Override
  public String heading() {
    return "Where the answers fall";
  }

  @Override
  public boolean hasContent() {
    return !own().isEmpty();
  }

  @Override
  public Optional<String> introduction() {
    return Optional.of(
        "Each arc is a great circle from where an image was taken, the dot, to where the model says.");
  }

  @Override
  public void body(Markup markup) {
    legend(markup);
    for (String benchmark : own().stream().map(AnswerSet::benchmark).distinct().toList()) {
      markup.open("div", "class", "pair");
      own().stream()
          .filter(set -> set.benchmark().equals(benchmark))
          .forEach(set -> map(markup, set));
      markup.close();
    }
  }

  /** Before on the left, after on the right; references have no map. */
  private List<AnswerSet> own() {
    String trained = DisplayNames.trained(answers.stream().map(AnswerSet::model));
    return answers.stream()
        .filter(set -> set.model().equals(DisplayNames.BASE) || set.model().equals(trained))
        .sorted((a, b) -> DisplayNames.MODELS.compare(b.model(), a.model()))
        .toList();
  }

  private static void legend(Markup markup) {
    markup.open("ul", "class", "legend", "aria-label", "Colours of the arcs");
    for (int band = 0; band <= ErrorCounts.BANDS_KM.size(); band++) {
      markup.open("li", "class", "d" + band);
      markup.element("span", "", "class", "swatch", "aria-hidden", "true").text(name(band)).close();
    }
    markup.close();
  }

  private static String name(int band) {
    if (band == ErrorCounts.BANDS_KM.size()) {
      return "farther";
    }
    return "up to " + DisplayNumbers.threshold(ErrorCounts.BANDS_KM.get(band));
  }

  private static boolean isIn(int band, JudgedAnswer answer) {
    return answer.answer().isPresent()
        && ErrorCounts.BANDS_KM.stream().filter(limit -> answer.distanceKm() > limit).count()
            == band;
  }

  private static void map(Markup markup, AnswerSet set) {
    List<JudgedAnswer> drawn = set.drawn();
    String shares = shares(set.errors());
    markup.open("figure");
    WorldMap.open(
        markup,
        "%s of %s: %s".formatted(set.benchmark(), DisplayNames.model(set.model()), shares),
        "arcs");
    WorldMap.dots(
        markup,
        drawn.stream().filter(a -> a.answer().isEmpty()).map(JudgedAnswer::truth).toList(),
        "dot none");
    // The farthest first, so that short arcs are not covered.
    for (int band = ErrorCounts.BANDS_KM.size(); band >= 0; band--) {
      int each = band;
      List<JudgedAnswer> inBand = drawn.stream().filter(a -> isIn(each, a)).toList();
      if (!inBand.isEmpty()) {
        StringBuilder path = new StringBuilder();
        inBand.forEach(a -> path.append(GreatCircle.path(a.truth(), a.answer().orElseThrow())));
        markup.leaf("path", "class", "arc d" + band, "d", path.toString());
        WorldMap.dots(markup, inBand.stream().map(JudgedAnswer::truth).toList(), "dot d" + band);
      }
    }
    markup.close();
    markup.open("figcaption").element("strong", DisplayNames.model(set.model()));
    markup.text(" on " + DisplayNames.words(set.benchmark()) + ". " + shares);
    if (drawn.size() < set.errors().images()) {
      markup.text(
          " Drawn: %s of %s images, the same for each model."
              .formatted(
                  DisplayNumbers.count(drawn.size()), DisplayNumbers.count(set.errors().images())));
    }
    markup.close().close();
  }

  private static String shares(ErrorCounts errors) {
    StringBuilder text = new StringBuilder();
    for (int band = 0; band <= ErrorCounts.BANDS_KM.size(); band++) {
      text.append(band == 0 ? "" : ", ")
          .append(percent(errors.in(band), errors))
          .append(' ')
          .append(name(band));
    }
    long none = errors.images() - errors.answered();
    if (none > 0) {
      text.append(", ").append(percent(none, errors)).append(" without an answer");
    }
    return text.append('.').toString();
  }

  private static String percent(long images, ErrorCounts errors) {
    return DisplayNumbers.percent((double) images / Math.max(1, errors.images()));
  }
}
