package io.geolocsft.report;

import io.geolocsft.evaluate.Figure;
import io.geolocsft.report.draw.DisplayNumbers;
import io.geolocsft.report.draw.Markup;
import io.geolocsft.report.draw.Scale;
import io.geolocsft.report.draw.ScrollBox;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The base model and the one that training ended with by region, country, population density and
 * latitude.
 */
record SlicesSection(Figures figures) implements Section {

  private static final double WIDTH = 220;

  @Override
  public String id() {
    return "slices";
  }

  @Override
  public String heading() {
    return "By slice";
  }

  @Override
  public boolean hasContent() {
    return figures.mainThreshold().isPresent()
        && figures.benchmarks().stream().anyMatch(name -> !figures.slices(name).isEmpty());
  }

  @Override
  public Optional<String> introduction() {
    return Optional.of(
        "Accuracy within %s and median error. Slices of few images are left out; overlapping bars mean that a difference may be chance."
            .formatted(DisplayNumbers.threshold(figures.mainThreshold().orElseThrow())));
  }

  @Override
  public void body(Markup markup) {
    boolean first = true;
    for (String benchmark : figures.benchmarks()) {
      if (figures.slices(benchmark).isEmpty()) {
        continue;
      }
      markup.open("details", first ? new String[] {"open", ""} : new String[0]);
      markup.element("summary", DisplayNames.words(benchmark));
      table(markup, benchmark);
      markup.close();
      first = false;
    }
  }

  private void table(Markup markup, String benchmark) {
    ScrollBox.open(markup, "Slices of " + benchmark);
    markup.open("table", "class", "slices");
    markup.open("thead").open("tr");
    for (String column :
        List.of(
            "Slice",
            "Images",
            "Base",
            DisplayNames.model(figures.trained()),
            "0 to 100\u202F%",
            "Median error")) {
      markup.element("th", column, "scope", "col");
    }
    markup.close().close();
    String dimension = "";
    for (String slice : figures.slices(benchmark)) {
      int cut = slice.indexOf('=');
      String own = cut < 0 ? "" : slice.substring(0, cut);
      if (!own.equals(dimension)) {
        if (!dimension.isEmpty()) {
          markup.close();
        }
        markup.open("tbody").open("tr", "class", "group");
        markup.element("th", title(own), "colspan", "6", "scope", "rowgroup").close();
        dimension = own;
      }
      row(markup, benchmark, slice, slice.substring(cut + 1));
    }
    if (!dimension.isEmpty()) {
      markup.close();
    }
    markup.close().close();
  }

  /** Countries stand in the tables by their codes. */
  private static String shown(String slice, String value) {
    return slice.startsWith("country=") && value.matches("[A-Z]{2}")
        ? new Locale.Builder().setRegion(value).build().getDisplayCountry(Locale.ENGLISH)
        : value;
  }

  private static String title(String dimension) {
    return switch (dimension) {
      case "population_density" -> "People per square km";
      default -> DisplayNames.words(dimension);
    };
  }

  private void row(Markup markup, String benchmark, String slice, String value) {
    double km = figures.mainThreshold().orElseThrow();
    Optional<Figure> base = figures.accuracy(benchmark, DisplayNames.BASE, slice, km);
    Optional<Figure> trained = figures.accuracy(benchmark, figures.trained(), slice, km);
    markup.open("tr").open("th", "scope", "row").element("bdi", shown(slice, value)).close();
    markup.element(
        "td", trained.or(() -> base).map(f -> DisplayNumbers.count(f.n())).orElse("\u2013"));
    markup.element("td", base.map(FigureText::value).orElse("\u2013"));
    markup.element("td", trained.map(FigureText::value).orElse("\u2013"), "class", "strong");
    markup.open("td", "class", "bar");
    bars(markup, base, trained);
    markup.close();
    markup.element("td", medians(benchmark, slice)).close();
  }

  private String medians(String benchmark, String slice) {
    Optional<Figure> base = figures.find(benchmark, DisplayNames.BASE, slice, Figures.MEDIAN);
    Optional<Figure> trained = figures.find(benchmark, figures.trained(), slice, Figures.MEDIAN);
    if (base.isPresent() && trained.isPresent()) {
      return DisplayNumbers.fixed(base.get().value(), 0)
          + " \u2192 "
          + FigureText.value(trained.get());
    }
    return trained.or(() -> base).map(FigureText::value).orElse("\u2013");
  }

  private static void bars(Markup markup, Optional<Figure> base, Optional<Figure> trained) {
    markup.open(
        "svg",
        "viewBox",
        "0 0 220 20",
        "class",
        "intervals",
        "role",
        "img",
        "aria-label",
        base.map(FigureText::spoken).orElse("")
            + "; "
            + trained.map(FigureText::spoken).orElse(""));
    markup.leaf("line", "class", "grid", "x1", "0", "x2", "220", "y1", "10", "y2", "10");
    base.ifPresent(figure -> bar(markup, figure, 6));
    trained.ifPresent(figure -> bar(markup, figure, 14));
    markup.close();
  }

  private static void bar(Markup markup, Figure figure, int y) {
    Scale x = Scale.linear(0, 1, 4, WIDTH - 4);
    String at = Integer.toString(y);
    markup.open("g", "class", "point " + DisplayNames.mark(figure.model()));
    if (figure.interval().isKnown()) {
      markup.leaf(
          "line",
          "x1",
          x.px(figure.interval().low()),
          "x2",
          x.px(figure.interval().high()),
          "y1",
          at,
          "y2",
          at);
    }
    markup.leaf("circle", "cx", x.px(figure.value()), "cy", at, "r", "3.2");
    markup.close();
  }
}
