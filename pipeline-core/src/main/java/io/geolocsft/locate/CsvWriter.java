package io.geolocsft.locate;

import io.geolocsft.aggregate.Aggregate;
import io.geolocsft.aggregate.Radii;
import io.geolocsft.geo.Country;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.PlaceNames;
import java.io.IOException;
import java.io.Writer;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** CSV (RFC 4180) with a header, a row a photograph; what is not known is empty. */
final class CsvWriter implements LocatedWriter {

  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setHeader(
              "image",
              "latitude",
              "longitude",
              "radius_km",
              "radius_50_km",
              "radius_90_km",
              "country",
              "province",
              "nearest_place",
              "nearest_place_km",
              "probability",
              "status",
              "exif_latitude",
              "exif_longitude",
              "exif_km",
              "error")
          .get();

  private final CSVPrinter rows;

  CsvWriter(Writer out) throws IOException {
    rows = new CSVPrinter(out, FORMAT);
  }

  @Override
  public void write(LocatedImage image) throws IOException {
    Optional<GeoPoint> point = image.answer().map(Aggregate::point);
    Optional<PlaceNames> names = image.names();
    rows.printRecord(
        image.image(),
        point.map(GeoPoint::latitude).orElse(null),
        point.map(GeoPoint::longitude).orElse(null),
        image.answer().map(Aggregate::radiusKm).orElse(null),
        image.radii().map(Radii.OfAnswer::km50).orElse(null),
        image.radii().map(Radii.OfAnswer::km90).orElse(null),
        names.flatMap(PlaceNames::country).map(Country::code).orElse(null),
        names.flatMap(PlaceNames::province).map(Country::name).orElse(null),
        names.map(found -> found.place().name()).orElse(null),
        names.map(PlaceNames::placeKm).orElse(null),
        image.candidates().isEmpty() ? null : image.candidates().get(0).probability(),
        image.status(),
        image.exif().map(GeoPoint::latitude).orElse(null),
        image.exif().map(GeoPoint::longitude).orElse(null),
        image.exifKm().isPresent() ? image.exifKm().getAsDouble() : null,
        image.problem().map(LocatedImage.Problem::message).orElse(null));
    rows.flush();
  }

  @Override
  public void close() throws IOException {
    rows.flush();
  }
}
