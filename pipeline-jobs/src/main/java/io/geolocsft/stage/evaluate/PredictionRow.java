package io.geolocsft.stage.evaluate;

import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.RunSettings;
import io.geolocsft.evaluate.BenchmarkImage;
import io.geolocsft.evaluate.GeoScore;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * One image's answer as a row of {@code predictions}, whoever gave it: the place where distance and
 * score are made.
 *
 * @param distance name of a {@link DistanceModel}
 * @param geoscore name of a {@link GeoScore.Form}
 */
record PredictionRow(RunSettings run, String distance, String geoscore) implements Serializable {

  static PredictionRow of(PipelineConfig config) {
    return new PredictionRow(
        config.run(),
        config.evaluate().distance().toUpperCase(Locale.ROOT),
        config.evaluate().geoscore().toUpperCase(Locale.ROOT));
  }

  /** An image from a row with its id, place, author, country, region and population density. */
  static BenchmarkImage image(Row row) {
    Double density = row.getAs("population_density");
    return new BenchmarkImage(
        row.getAs("image_id"),
        new GeoPoint(row.<Double>getAs("latitude"), row.<Double>getAs("longitude")),
        Optional.ofNullable(row.getAs("author")),
        Optional.ofNullable(row.getAs("country")),
        Optional.ofNullable(row.getAs("region")),
        density == null ? OptionalDouble.empty() : OptionalDouble.of(density));
  }

  /**
   * A row.
   *
   * @param radiusKm of an aggregate, else null
   * @param candidates how many the answer was made of
   * @param status how the text was read
   */
  Row of(
      String benchmark,
      String model,
      BenchmarkImage image,
      Optional<GeoPoint> answer,
      Double radiusKm,
      int candidates,
      String status) {
    Optional<Double> km =
        answer.map(point -> DistanceModel.valueOf(distance).kilometers(image.truth(), point));
    return RowFactory.create(
        run.id(),
        run.name(),
        model,
        image.imageId(),
        answer.map(GeoPoint::latitude).orElse(null),
        answer.map(GeoPoint::longitude).orElse(null),
        radiusKm,
        image.truth().latitude(),
        image.truth().longitude(),
        km.orElse(null),
        km.map(GeoScore.of(GeoScore.Form.valueOf(geoscore))::score).orElse(null),
        image.country().orElse(null),
        image.region().orElse(null),
        image.populationDensity().isPresent() ? image.populationDensity().getAsDouble() : null,
        candidates,
        status,
        image.author().orElse(null),
        benchmark);
  }
}
