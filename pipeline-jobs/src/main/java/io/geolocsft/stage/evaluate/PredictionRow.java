package io.geolocsft.stage.evaluate;

import io.geolocsft.aggregate.Radii;
import io.geolocsft.config.RunSettings;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.geo.DistanceModel;
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
   * What was answered for an image.
   *
   * @param point empty if that is nothing
   * @param spreadKm of the candidates around it, else null
   * @param radii that are to hold the truth, where they are known
   * @param candidates how many the answer was made of
   * @param status how the text was read
   */
  public record Answer(
      Optional<GeoPoint> point,
      Double spreadKm,
      Optional<Radii.OfAnswer> radii,
      int candidates,
      String status) {

    /** One point, or none, that was not made of candidates. */
    public static Answer of(Optional<GeoPoint> point, String status) {
      return new Answer(point, null, Optional.empty(), point.isPresent() ? 1 : 0, status);
    }
  }

  /**
   * A row.
   *
   * @param asked has the image's id, place, author, country, admin1, region and density
   */
  public Row of(Row asked, String model, Answer given) {
    Optional<GeoPoint> answer = given.point();
    Optional<Radii.OfAnswer> radii = given.radii();
    GeoPoint truth =
        new GeoPoint(asked.<Double>getAs("latitude"), asked.<Double>getAs("longitude"));
    Optional<Double> km = answer.map(point -> convention.distance().kilometers(truth, point));
    // On the Earth on which the radii were found.
    double offKm =
        answer
            .map(point -> DistanceModel.SPHERE_6371_0088.kilometers(truth, point))
            .orElse(Double.NaN);
    Object[] found = areas.of(truth, asked.getAs("country"), asked.getAs("admin1"), answer);
    return RowFactory.create(
        run.id(),
        run.name(),
        model,
        asked.getAs("image_id"),
        answer.map(GeoPoint::latitude).orElse(null),
        answer.map(GeoPoint::longitude).orElse(null),
        given.spreadKm(),
        truth.latitude(),
        truth.longitude(),
        km.orElse(null),
        km.map(convention.geoScore()::score).orElse(null),
        asked.getAs("country"),
        asked.getAs("region"),
        asked.getAs("population_density"),
        given.candidates(),
        given.status(),
        asked.getAs("author"),
        found[0],
        found[1],
        found[2],
        found[3],
        found[4],
        radii.map(Radii.OfAnswer::km50).orElse(null),
        radii.map(Radii.OfAnswer::km90).orElse(null),
        radii.map(pair -> offKm <= pair.km50()).orElse(null),
        radii.map(pair -> offKm <= pair.km90()).orElse(null),
        asked.getAs("benchmark"));
  }
}
