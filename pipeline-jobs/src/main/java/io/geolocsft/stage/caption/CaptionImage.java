package io.geolocsft.stage.caption;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.prompt.PlaceFacts;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** An image that a caption is wanted for. */
record CaptionImage(
    String imageId, String uri, String sha256, int width, int height, PlaceFacts facts) {

  /** Of the catalogue. */
  static final List<String> COLUMNS =
      List.of(
          "image_id",
          "uri",
          "sha256",
          "width",
          "height",
          "latitude",
          "longitude",
          "country",
          "region",
          "population_density");

  static CaptionImage of(Row row) {
    Double density = row.getAs("population_density");
    return new CaptionImage(
        row.getAs("image_id"),
        row.getAs("uri"),
        row.getAs("sha256"),
        row.<Integer>getAs("width"),
        row.<Integer>getAs("height"),
        new PlaceFacts(
            new GeoPoint(row.<Double>getAs("latitude"), row.<Double>getAs("longitude")),
            Optional.ofNullable(row.getAs("country")),
            Optional.ofNullable(row.getAs("region")),
            density == null ? OptionalDouble.empty() : OptionalDouble.of(density)));
  }

  GeoPoint truth() {
    return facts.point();
  }

  /** A row of {@link CaptionSource#OUTCOME} with a caption. */
  Row captioned(String caption, String source, List<Row> paid) {
    return RowFactory.create(imageId, uri, caption, source, null, null, paid.toArray(Row[]::new));
  }

  /** One without. */
  Row failed(String kind, String message, List<Row> paid) {
    return RowFactory.create(imageId, uri, null, null, kind, message, paid.toArray(Row[]::new));
  }
}
