package io.geolocsft.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.geolocsft.aggregate.Aggregate;
import io.geolocsft.aggregate.Radii;
import io.geolocsft.geo.PlaceNames;
import io.geolocsft.locate.LocatedCandidate;
import io.geolocsft.locate.LocatedImage;
import io.geolocsft.report.data.LocatedCard;
import io.geolocsft.report.draw.DisplayNumbers;
import io.geolocsft.report.draw.Markup;
import io.geolocsft.report.draw.Page;
import io.geolocsft.report.draw.WorldMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;

/** Writes located photographs as a page: each beside a map, with its candidates. */
public final class LocatedPage {

  private static final int CANDIDATES_SHOWN = 8;

  private LocatedPage() {}

  /**
   * Writes the page.
   *
   * @param left how many photographs are not shown
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, List<LocatedCard> cards, int left) throws IOException {
    Files.writeString(file, page(cards, left), UTF_8);
  }

  static String page(List<LocatedCard> cards, int left) {
    return Page.of("Located photographs", "photographs", markup -> body(markup, cards, left));
  }

  private static void body(Markup markup, List<LocatedCard> cards, int left) {
    markup.open("header", "class", "masthead");
    Masthead.topline(markup, "GeoLocSFT");
    markup.element("h1", "Located photographs");
    long answered = cards.stream().filter(card -> card.image().answer().isPresent()).count();
    markup.element(
        "p",
        "%s of %s photographs have an answer. The dot is the answer, faint dots are the other candidates, the ring is the position that a photograph states itself; it was not used."
            .formatted(DisplayNumbers.count(answered), DisplayNumbers.count(cards.size())),
        "class",
        "byline");
    markup.close().open("main").open("section", "id", "photographs").open("div", "class", "cards");
    cards.forEach(card -> card(markup, card));
    markup.close();
    if (left > 0) {
      markup.element("p", DisplayNumbers.count(left) + " more are not shown here.");
    }
    markup.close().close();
  }

  private static void card(Markup markup, LocatedCard card) {
    LocatedImage image = card.image();
    markup.open("article", "class", "card");
    AnswersSection.picture(
        markup,
        card.picture(),
        image.image() + image.names().map(names -> ", near " + names.line()).orElse(""));
    image.answer().ifPresent(answer -> map(markup, image, answer));
    markup.open("p", "class", "distance");
    markup.element(
        "strong",
        image.answer().map(answer -> DisplayNumbers.point(answer.point())).orElse("no answer"));
    markup.close().open("dl");
    facts(markup, image);
    markup.close();
    if (!image.reasoning().isEmpty()) {
      markup.element("bdi", AnswersSection.shortened(image.reasoning()), "class", "wrote");
    }
    markup.close();
  }

  private static void map(Markup markup, LocatedImage image, Aggregate answer) {
    WorldMap.open(markup, "Answer at " + DisplayNumbers.point(answer.point()), "locator");
    WorldMap.dots(
        markup,
        image.candidates().stream().flatMap(one -> one.point().stream()).toList(),
        "candidate");
    WorldMap.dots(markup, List.of(answer.point()), "answer");
    image.exif().ifPresent(exif -> WorldMap.ring(markup, exif));
    markup.close();
  }

  private static void radii(Markup markup, Radii.OfAnswer radii) {
    AnswersSection.line(
        markup,
        "Within, for 50 % of images like the catalogue\u2019s",
        DisplayNumbers.kilometers(radii.km50()));
    AnswersSection.line(
        markup,
        "Within, for 90 % of images like the catalogue\u2019s",
        DisplayNumbers.kilometers(radii.km90()));
  }

  private static void facts(Markup markup, LocatedImage image) {
    AnswersSection.line(markup, "Image", image.image());
    image.problem().ifPresent(problem -> AnswersSection.line(markup, "Problem", problem.message()));
    image
        .names()
        .map(PlaceNames::line)
        .ifPresent(line -> AnswersSection.line(markup, "Place", line));
    image
        .answer()
        .filter(answer -> answer.radiusKm() > 0)
        .ifPresent(
            answer ->
                AnswersSection.line(
                    markup,
                    "Half of the candidates within",
                    DisplayNumbers.kilometers(answer.radiusKm())));
    image.radii().ifPresent(radii -> radii(markup, radii));
    image
        .exif()
        .ifPresent(
            exif -> AnswersSection.line(markup, "Its own position", DisplayNumbers.point(exif)));
    image
        .exifKm()
        .ifPresent(km -> AnswersSection.line(markup, "Apart", DisplayNumbers.kilometers(km)));
    image.candidates().stream()
        .collect(groupingBy(LocatedPage::text, LinkedHashMap::new, counting()))
        .entrySet()
        .stream()
        .limit(CANDIDATES_SHOWN)
        .forEach(
            same ->
                AnswersSection.line(
                    markup,
                    same.getValue() == 1 ? "Candidate" : same.getValue() + " candidates",
                    same.getKey()));
  }

  private static String text(LocatedCandidate candidate) {
    return candidate.point().map(DisplayNumbers::point).orElse(candidate.status())
        + " "
        + DisplayNumbers.percent(candidate.probability());
  }
}
