package io.geolocsft.cli.locate;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.geolocsft.aggregate.Aggregate;
import io.geolocsft.aggregate.Radii;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.console.TextTable;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.PlaceNames;
import io.geolocsft.locate.LocatedCandidate;
import io.geolocsft.locate.LocatedImage;
import io.geolocsft.locate.LocatedImage.Problem;
import io.geolocsft.locate.LocatedWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/** Located photographs for a person; of a single one also its candidates. */
final class LocatedTable implements LocatedWriter {

  private static final String NOTHING = "-";

  /** A column of the table, which is left out where no photograph has anything in it. */
  private record Shown(String name, Function<LocatedImage, String> value) {}

  private static final List<Shown> COLUMNS =
      List.of(
          new Shown("photograph", LocatedImage::image),
          new Shown("latitude", image -> answered(image, GeoPoint::latitude)),
          new Shown("longitude", image -> answered(image, GeoPoint::longitude)),
          new Shown(
              "spread km",
              image ->
                  image.answer().map(Aggregate::radiusKm).map(LocatedTable::km).orElse(NOTHING)),
          new Shown(
              "50 % km",
              image ->
                  image.radii().map(Radii.OfAnswer::km50).map(LocatedTable::km).orElse(NOTHING)),
          new Shown(
              "90 % km",
              image ->
                  image.radii().map(Radii.OfAnswer::km90).map(LocatedTable::km).orElse(NOTHING)),
          new Shown("place", image -> image.names().map(PlaceNames::line).orElse(image.status())),
          new Shown("own position km off", image -> km(image.exifKm())));

  private final Console console;
  private final List<LocatedImage> images = new ArrayList<>();

  LocatedTable(Console console) {
    this.console = console;
  }

  @Override
  public void write(LocatedImage image) {
    images.add(image);
  }

  @Override
  public void close() {
    List<LocatedImage> shown = images.stream().filter(image -> image.problem().isEmpty()).toList();
    if (!shown.isEmpty()) {
      console.print(table(shown));
    }
    images.forEach(
        image ->
            image
                .problem()
                .map(Problem::message)
                .ifPresent(message -> console.print(image.image() + ": " + message)));
    if (images.size() == 1) {
      details(images.get(0));
    }
  }

  private static String table(List<LocatedImage> images) {
    List<Shown> columns =
        COLUMNS.stream()
            .filter(
                column ->
                    images.stream().map(column.value()).anyMatch(value -> !value.equals(NOTHING)))
            .toList();
    return new TextTable(
            columns.stream().map(Shown::name).toList(),
            images.stream()
                .map(image -> columns.stream().map(column -> column.value().apply(image)).toList())
                .toList())
        .text();
  }

  private static String answered(LocatedImage image, Function<GeoPoint, Double> coordinate) {
    return image
        .answer()
        .map(Aggregate::point)
        .map(coordinate)
        .map(LocatedTable::degrees)
        .orElse(NOTHING);
  }

  private void details(LocatedImage image) {
    if (image.candidates().size() > 1) {
      console.print("");
      console.print(
          new TextTable(
                  List.of("times", "latitude", "longitude", "probability", "read as"), times(image))
              .text());
    }
    image
        .exif()
        .ifPresent(
            exif ->
                console.print(
                    "%nThe photograph itself states %s, %s; that was not used."
                        .formatted(degrees(exif.latitude()), degrees(exif.longitude()))));
    if (!image.reasoning().isEmpty()) {
      console.print(System.lineSeparator() + image.reasoning());
    }
  }

  /** A line for each different candidate, in the order in which they came. */
  private static List<List<String>> times(LocatedImage image) {
    Map<List<String>, Long> times =
        image.candidates().stream()
            .map(LocatedTable::line)
            .collect(groupingBy(identity(), LinkedHashMap::new, counting()));
    return times.entrySet().stream()
        .map(
            each ->
                Stream.concat(Stream.of(each.getValue().toString()), each.getKey().stream())
                    .toList())
        .toList();
  }

  private static List<String> line(LocatedCandidate candidate) {
    return List.of(
        candidate.point().map(GeoPoint::latitude).map(LocatedTable::degrees).orElse(NOTHING),
        candidate.point().map(GeoPoint::longitude).map(LocatedTable::degrees).orElse(NOTHING),
        String.format(Locale.ROOT, "%.3f %%", 100 * candidate.probability()),
        candidate.status());
  }

  private static String degrees(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String km(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  private static String km(OptionalDouble value) {
    return value.isPresent() ? km(value.getAsDouble()) : NOTHING;
  }
}
