package io.geolocsft.report;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.report.data.CountedPoint;
import io.geolocsft.report.data.FunnelStep;
import io.geolocsft.report.data.SampleSpread;
import io.geolocsft.report.draw.DisplayNumbers;
import io.geolocsft.report.draw.HexBins;
import io.geolocsft.report.draw.Markup;
import io.geolocsft.report.draw.Scale;
import io.geolocsft.report.draw.ScrollBox;
import io.geolocsft.report.draw.TableBar;
import io.geolocsft.report.draw.WorldMap;
import io.geolocsft.select.Diversity;
import java.util.List;
import java.util.Optional;

/** From the catalogue to the selection: what was left out and why, and where both lie. */
record SelectionSection(
    List<FunnelStep> funnel,
    List<SampleSpread> spreads,
    List<CountedPoint> catalogue,
    List<GeoPoint> selection)
    implements Section {

  @Override
  public String id() {
    return "selection";
  }

  @Override
  public String heading() {
    return "From catalogue to selection";
  }

  @Override
  public boolean hasContent() {
    return !funnel.isEmpty() || !catalogue.isEmpty() || !selection.isEmpty();
  }

  @Override
  public Optional<String> introduction() {
    if (funnel.isEmpty()) {
      return Optional.empty();
    }
    long first = funnel.get(0).remaining() + funnel.get(0).removed();
    return Optional.of(
        "%s images in the catalogue, %s chosen."
            .formatted(
                DisplayNumbers.count(first),
                DisplayNumbers.count(funnel.get(funnel.size() - 1).remaining())));
  }

  @Override
  public void body(Markup markup) {
    if (!funnel.isEmpty()) {
      table(markup);
    }
    markup.open("div", "class", "pair");
    if (!catalogue.isEmpty()) {
      density(markup);
    }
    if (!selection.isEmpty()) {
      chosen(markup);
    }
    markup.close();
    if (!spreads.isEmpty()) {
      spread(markup);
    }
  }

  private void spread(Markup markup) {
    markup.element("h3", "How evenly they are spread");
    ScrollBox.open(markup, "How evenly samples are spread");
    markup.open("table");
    markup.open("thead").open("tr");
    for (String heading :
        List.of(
            "Sample",
            "Cells",
            "Countries",
            "Evenness over cells",
            "Median distance to the nearest",
            "Divergence from land, bits")) {
      markup.element("th", heading, "scope", "col");
    }
    markup.close().close().open("tbody");
    for (SampleSpread sample : spreads) {
      Diversity diversity = sample.diversity();
      markup.open("tr").open("th", "scope", "row").element("bdi", sample.label()).close();
      markup.element("td", DisplayNumbers.count(diversity.cells()));
      markup.element("td", DisplayNumbers.count(diversity.countries()));
      markup.element("td", DisplayNumbers.fixed(diversity.evenness(), 3));
      markup.element(
          "td",
          Double.isNaN(diversity.medianNearestKm())
              ? "\u2013"
              : DisplayNumbers.kilometers(diversity.medianNearestKm()));
      markup.element("td", DisplayNumbers.fixed(diversity.landDivergence(), 2));
      markup.close();
    }
    markup.close().close().close();
  }

  private void table(Markup markup) {
    long most =
        funnel.stream().mapToLong(step -> step.remaining() + step.removed()).max().orElse(1);
    ScrollBox.open(markup, "What was left out");
    markup.open("table", "class", "funnel");
    markup.open("thead").open("tr");
    markup.element("th", "Step", "scope", "col");
    markup.element("th", "Left out", "scope", "col");
    markup.element("th", "Remaining", "scope", "col");
    markup.open("td").close().close().close().open("tbody");
    for (FunnelStep step : funnel) {
      markup.open("tr").open("th", "scope", "row").element("bdi", step.label()).close();
      markup.element(
          "td", step.removed() == 0 ? "\u2013" : "\u2212" + DisplayNumbers.count(step.removed()));
      markup.element("td", DisplayNumbers.count(step.remaining()));
      markup.open("td", "class", "bar");
      bar(markup, step, most);
      markup.close().close();
    }
    markup.close().close().close();
  }

  private static void bar(Markup markup, FunnelStep step, long most) {
    Scale x = Scale.linear(0, most, 0, TableBar.WIDTH);
    double kept = x.at(step.remaining());
    TableBar.open(markup);
    TableBar.part(markup, "kept", 0, kept);
    TableBar.part(markup, "removed", kept, x.at(step.remaining() + step.removed()));
    markup.close();
  }

  private void density(Markup markup) {
    HexBins bins = new HexBins(catalogue);
    markup.open("figure");
    long total = catalogue.stream().mapToLong(CountedPoint::count).sum();
    WorldMap.open(
        markup,
        "Density of the catalogue: %s images".formatted(DisplayNumbers.count(total)),
        "density");
    bins.draw(markup);
    markup.close();
    markup.open("figcaption").element("strong", "Catalogue");
    markup.text(
        " %s images, counted in hexagons of equal area. ".formatted(DisplayNumbers.count(total)));
    markup.open("span", "class", "shades");
    for (int shade = 0; shade < HexBins.SHADES; shade++) {
      markup.open("span", "class", "s" + shade);
      markup.element("span", "", "class", "swatch", "aria-hidden", "true");
      markup.text(
          DisplayNumbers.count(bins.leastOf(shade)) + (shade == HexBins.SHADES - 1 ? "+" : ""));
      markup.close();
    }
    markup.close().close().close();
  }

  private void chosen(Markup markup) {
    markup.open("figure");
    WorldMap.open(
        markup, "The %s chosen images".formatted(DisplayNumbers.count(selection.size())), "chosen");
    WorldMap.dots(markup, selection, "dot pick");
    markup.close();
    markup.open("figcaption").element("strong", "Selection");
    markup.text(
        " %s chosen pairs, one dot each.".formatted(DisplayNumbers.count(selection.size())));
    markup.close().close();
  }
}
