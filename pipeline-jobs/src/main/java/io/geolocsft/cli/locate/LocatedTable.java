package io.geolocsft.cli.locate;

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
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Located photographs for a person; of a single one also its candidates. */
final class LocatedTable implements LocatedWriter {

  private static final List<String> HEADER =
      List.of(
          "photograph",
          "latitude",
          "longitude",
          "spread km",
          "50 % km",
          "90 % km",
          "place",
          "own position km off");

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
    console.print(new TextTable(HEADER, images.stream().map(LocatedTable::line).toList()).text());
    if (images.size() == 1) {
      details(images.get(0));
    }
  }

  private static List<String> line(LocatedImage image) {
    return List.of(
        image.image(),
        image.answer().map(answer -> degrees(answer.point().latitude())).orElse("-"),
        image.answer().map(answer -> degrees(answer.point().longitude())).orElse("-"),
        image.answer().map(Aggregate::radiusKm).map(LocatedTable::km).orElse("-"),
        image.radii().map(Radii.OfAnswer::km50).map(LocatedTable::km).orElse("-"),
        image.radii().map(Radii.OfAnswer::km90).map(LocatedTable::km).orElse("-"),
        image
            .problem()
            .map(Problem::message)
            .orElseGet(() -> image.names().map(PlaceNames::line).orElse(image.status())),
        km(image.exifKm()));
  }

  private void details(LocatedImage image) {
    if (image.candidates().size() > 1) {
      console.print("");
      console.print(
          new TextTable(
                  List.of("candidate", "latitude", "longitude", "probability"),
                  image.candidates().stream().map(LocatedTable::line).toList())
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

  private static List<String> line(LocatedCandidate candidate) {
    return List.of(
        candidate.status(),
        candidate.point().map(GeoPoint::latitude).map(LocatedTable::degrees).orElse("-"),
        candidate.point().map(GeoPoint::longitude).map(LocatedTable::degrees).orElse("-"),
        String.format(Locale.ROOT, "%.3f %%", 100 * candidate.probability()));
  }

  private static String degrees(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String km(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  private static String km(OptionalDouble value) {
    return value.isPresent() ? km(value.getAsDouble()) : "-";
  }
}
