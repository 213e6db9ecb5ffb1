package io.geolocsft.evaluate;

import static com.google.common.base.Preconditions.checkArgument;
import static io.geolocsft.evaluate.Comparison.LESS;
import static io.geolocsft.evaluate.Comparison.LESS_OR_EQUAL;
import static io.geolocsft.geo.DistanceModel.SPHERE_6371;
import static io.geolocsft.geo.DistanceModel.SPHERE_6371_0088;
import static io.geolocsft.geo.DistanceModel.SPHERE_6378_137;
import static io.geolocsft.geo.DistanceModel.WGS84;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.Ordering;
import io.geolocsft.evaluate.GeoScore.Form;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How answers are judged. Published numbers of this field differ in every one of these points, so
 * each is stated and the peers' choices have names.
 *
 * @param name what the metrics table and the report call it
 * @param thresholdsKm the distances of accuracy, in km, increasing
 * @param comparison whether an answer exactly at the threshold is right
 * @param distance the model of the Earth on which distances are measured
 * @param geoScore the form of the score
 * @param missing what an image without an answer counts as
 */
public record Convention(
    String name,
    List<Double> thresholdsKm,
    Comparison comparison,
    DistanceModel distance,
    GeoScore geoScore,
    MissingPrediction missing)
    implements Serializable {

  /** Street, city, region, country and continent, in km. */
  public static final List<Double> USUAL_THRESHOLDS_KM = List.of(1.0, 25.0, 200.0, 750.0, 2500.0);

  private static final GeoPoint NULL_ISLAND = new GeoPoint(0, 0);
  private static final GeoPoint ANTIPODE = new GeoPoint(0, 180);

  private static final List<Double> PIGEON_THRESHOLDS_KM =
      List.of(1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 200.0, 750.0, 1000.0, 2500.0);

  private static final List<Convention> NAMED =
      List.of(
          peer("geolocsft", LESS, SPHERE_6371_0088, MissingPrediction.miss()),
          peer("osv5m", LESS, SPHERE_6371, MissingPrediction.miss()),
          peer("plonk", LESS, SPHERE_6371, MissingPrediction.drop()),
          peer("im2gps", LESS_OR_EQUAL, SPHERE_6371, MissingPrediction.miss()),
          peer("geoclip", LESS_OR_EQUAL, WGS84, MissingPrediction.miss()),
          peer("g3", LESS, WGS84, MissingPrediction.nullIsland()),
          peer("navig", LESS_OR_EQUAL, SPHERE_6371, MissingPrediction.fixedDistance(10_000)),
          new Convention(
              "pigeon",
              PIGEON_THRESHOLDS_KM,
              LESS,
              SPHERE_6378_137,
              GeoScore.of(Form.ROUNDED),
              MissingPrediction.miss()),
          new Convention(
              "geoguessr",
              USUAL_THRESHOLDS_KM,
              LESS,
              SPHERE_6371_0088,
              GeoScore.of(Form.FLOOR),
              MissingPrediction.miss()),
          new Convention(
              "geospot",
              USUAL_THRESHOLDS_KM,
              LESS,
              SPHERE_6371,
              new GeoScore(Form.EXACT, 2000, GeoScore.GAME_MAXIMUM),
              MissingPrediction.drop()));

  public Convention {
    requireNonNull(name, "name");
    requireNonNull(comparison, "comparison");
    requireNonNull(distance, "distance");
    requireNonNull(geoScore, "geoScore");
    requireNonNull(missing, "missing");
    thresholdsKm = List.copyOf(thresholdsKm);
    checkArgument(!thresholdsKm.isEmpty(), "thresholdsKm is empty");
    checkArgument(
        thresholdsKm.stream().allMatch(km -> km > 0 && km < Double.POSITIVE_INFINITY)
            && Ordering.natural().isStrictlyOrdered(thresholdsKm),
        "thresholdsKm must be above 0 and increasing: %s",
        thresholdsKm);
  }

  private static Convention peer(
      String name, Comparison comparison, DistanceModel distance, MissingPrediction missing) {
    return new Convention(
        name, USUAL_THRESHOLDS_KM, comparison, distance, GeoScore.of(Form.EXACT), missing);
  }

  /** The convention of this project: nothing is dropped, the mean Earth radius of IUGG. */
  public static Convention standard() {
    return NAMED.get(0);
  }

  /**
   * A convention by its name.
   *
   * @throws IllegalArgumentException if there is none of that name; the message lists them all
   */
  public static Convention named(String name) {
    return NAMED.stream()
        .filter(convention -> convention.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is not a convention; allowed: %s"
                        .formatted(name, String.join(", ", names().toList()))));
  }

  /**
   * The convention of these choices under the first name that has them, or {@code custom}.
   *
   * @param thresholdsKm in any order
   */
  public static Convention of(
      List<Double> thresholdsKm,
      Comparison comparison,
      DistanceModel distance,
      GeoScore geoScore,
      MissingPrediction missing) {
    List<Double> increasing = thresholdsKm.stream().sorted().distinct().toList();
    Convention custom =
        new Convention("custom", increasing, comparison, distance, geoScore, missing);
    return NAMED.stream()
        .filter(named -> named.withName("custom").equals(custom))
        .findFirst()
        .orElse(custom);
  }

  private Convention withName(String other) {
    return new Convention(other, thresholdsKm, comparison, distance, geoScore, missing);
  }

  /** The same with accuracy within another distance as well. */
  public Convention withThreshold(double km) {
    List<Double> all =
        Stream.concat(thresholdsKm.stream(), Stream.of(km)).sorted().distinct().toList();
    return new Convention(name, all, comparison, distance, geoScore, missing);
  }

  /** The names of all conventions. */
  public static Stream<String> names() {
    return NAMED.stream().map(Convention::name);
  }

  /**
   * The distance in km between the truth and an answer, or between the truth and what a missing
   * answer counts as; NaN where the image is to be dropped.
   */
  public double distanceKm(GeoPoint truth, Prediction prediction) {
    if (prediction.point().isPresent()) {
      return distance.kilometers(truth, prediction.point().get());
    }
    return switch (missing.rule()) {
      case MISS -> distance.kilometers(NULL_ISLAND, ANTIPODE);
      case DROP -> Double.NaN;
      case FIXED_DISTANCE -> missing.distanceKm();
      case NULL_ISLAND -> distance.kilometers(truth, NULL_ISLAND);
    };
  }

  /** The score of an answer so far from the truth; NaN where the image is dropped. */
  double score(double distanceKm, boolean isMissing) {
    return isMissing && missing.rule() == MissingPrediction.Treatment.MISS
        ? 0
        : geoScore.score(distanceKm);
  }

  /** One sentence for the report's notes. */
  public String describe() {
    return String.format(
        Locale.ROOT,
        "Accuracy counts distances %s %s km on %s; GeoScore is %s of %.0f * exp(-d / %s km); a missing prediction counts as %s.",
        comparison == LESS ? "<" : "<=",
        String.join("/", thresholdsKm.stream().map(Convention::plain).toList()),
        distance.name().toLowerCase(Locale.ROOT),
        geoScore.form() == Form.EXACT
            ? "the exact value"
            : geoScore.form() == Form.ROUNDED ? "the rounded value" : "the floor",
        geoScore.maximum(),
        plain(geoScore.scaleKm()),
        missing);
  }

  private static String plain(double km) {
    return km == Math.rint(km) ? Long.toString((long) km) : Double.toString(km);
  }
}
