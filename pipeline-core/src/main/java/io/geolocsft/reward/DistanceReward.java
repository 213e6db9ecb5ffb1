package io.geolocsft.reward;

import static com.google.common.base.Preconditions.checkArgument;

import io.geolocsft.answer.Answer;
import io.geolocsft.evaluate.GeoScore;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * A reward for the distance between truth and answer, on the sphere of 6371 km; 0 for a text
 * without a point.
 *
 * @param ofKilometers from 0
 */
public record DistanceReward(DoubleUnaryOperator ofKilometers) implements Reward {

  /**
   * A corner of a piecewise linear reward.
   *
   * @param value what an answer so many km away is worth
   */
  public record Corner(double km, double value) {}

  /** Corners of Geo-R (arXiv 2601.00388). */
  public static final List<Corner> GEO_R =
      List.of(new Corner(0, 1), new Corner(750, 0.5), new Corner(3000, 0.2), new Corner(20_000, 0));

  /**
   * GeoGuessr's score in [0, 1]: {@code exp(-distance / scale)}.
   *
   * @param scaleKm where it has fallen to 1/e; {@link GeoScore#WORLD_SCALE_KM} is that of the game
   */
  public static Reward geoScore(double scaleKm) {
    GeoScore score = new GeoScore(GeoScore.Form.EXACT, scaleKm, 1);
    return new DistanceReward(score::score);
  }

  /**
   * Straight lines between corners; the last corner's value beyond it.
   *
   * @param corners by rising distance, the first at 0 km
   * @throws IllegalArgumentException if they are in no such order
   */
  public static Reward piecewise(List<Corner> corners) {
    List<Corner> all = List.copyOf(corners);
    checkArgument(!all.isEmpty() && all.get(0).km() == 0, "the first corner must be at 0 km");
    for (int i = 1; i < all.size(); i++) {
      checkArgument(
          all.get(i).km() > all.get(i - 1).km(),
          "corner %s must lie beyond %s",
          all.get(i),
          all.get(i - 1));
    }
    return new DistanceReward(km -> between(all, km));
  }

  private static double between(List<Corner> corners, double km) {
    for (int i = 1; i < corners.size(); i++) {
      Corner near = corners.get(i - 1);
      Corner far = corners.get(i);
      if (km <= far.km()) {
        double share = (km - near.km()) / (far.km() - near.km());
        return near.value() + share * (far.value() - near.value());
      }
    }
    return corners.get(corners.size() - 1).value();
  }

  /**
   * A ladder: the share of thresholds that the distance is below, as benchmarks count accuracy.
   *
   * @param km at least one threshold
   */
  public static Reward thresholds(List<Double> km) {
    List<Double> all = List.copyOf(km);
    checkArgument(!all.isEmpty(), "a ladder needs a threshold");
    return new DistanceReward(
        distance ->
            (double) all.stream().filter(threshold -> distance < threshold).count() / all.size());
  }

  @Override
  public double of(GeoPoint truth, String text, Answer answer) {
    return answer
        .point()
        .map(point -> DistanceModel.SPHERE_6371.kilometers(truth, point))
        .map(ofKilometers::applyAsDouble)
        .orElse(0.0);
  }
}
