package io.geolocsft.stage.evaluate;

import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.RunSettings;
import io.geolocsft.evaluate.GeoScore;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * One image's answer as a row of {@code predictions}, whoever gave it: the place where distance and
 * score are made.
 *
 * @param distance name of a {@link DistanceModel}
 * @param geoscore name of a {@link GeoScore.Form}
 */
record PredictionRow(RunSettings run, AnswerAreas areas, String distance, String geoscore)
    implements Serializable {

  static PredictionRow of(PipelineConfig config, AnswerAreas areas) {
    return new PredictionRow(
        config.run(),
        areas,
        config.evaluate().distance().toUpperCase(Locale.ROOT),
        config.evaluate().geoscore().toUpperCase(Locale.ROOT));
  }

  /**
   * A row.
   *
   * @param asked has the image's id, place, author, country, admin1, region and density
   * @param radiusKm of an aggregate, else null
   * @param candidates how many the answer was made of
   * @param status how the text was read
   */
  Row of(
      Row asked,
      String model,
      Optional<GeoPoint> answer,
      Double radiusKm,
      int candidates,
      String status) {
    GeoPoint truth =
        new GeoPoint(asked.<Double>getAs("latitude"), asked.<Double>getAs("longitude"));
    Optional<Double> km =
        answer.map(point -> DistanceModel.valueOf(distance).kilometers(truth, point));
    Object[] found = areas.of(truth, asked.getAs("country"), asked.getAs("admin1"), answer);
    return RowFactory.create(
        run.id(),
        run.name(),
        model,
        asked.getAs("image_id"),
        answer.map(GeoPoint::latitude).orElse(null),
        answer.map(GeoPoint::longitude).orElse(null),
        radiusKm,
        truth.latitude(),
        truth.longitude(),
        km.orElse(null),
        km.map(GeoScore.of(GeoScore.Form.valueOf(geoscore))::score).orElse(null),
        asked.getAs("country"),
        asked.getAs("region"),
        asked.getAs("population_density"),
        candidates,
        status,
        asked.getAs("author"),
        found[0],
        found[1],
        found[2],
        found[3],
        found[4],
        asked.getAs("benchmark"));
  }
}
