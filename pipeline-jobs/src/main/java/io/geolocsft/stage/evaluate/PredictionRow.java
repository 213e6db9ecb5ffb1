package io.geolocsft.stage.evaluate;

import io.geolocsft.config.RunSettings;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.geo.GeoPoint;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * One image's answer as a row of {@code predictions}, whoever gave it: the place where distance and
 * score are made.
 *
 * @param convention says how
 */
public record PredictionRow(RunSettings run, AnswerAreas areas, Convention convention)
    implements Serializable {

  /**
   * A row.
   *
   * @param asked has the image's id, place, author, country, admin1, region and density
   * @param radiusKm of an aggregate, else null
   * @param candidates how many the answer was made of
   * @param status how the text was read
   */
  public Row of(
      Row asked,
      String model,
      Optional<GeoPoint> answer,
      Double radiusKm,
      int candidates,
      String status) {
    GeoPoint truth =
        new GeoPoint(asked.<Double>getAs("latitude"), asked.<Double>getAs("longitude"));
    Optional<Double> km = answer.map(point -> convention.distance().kilometers(truth, point));
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
        km.map(convention.geoScore()::score).orElse(null),
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
