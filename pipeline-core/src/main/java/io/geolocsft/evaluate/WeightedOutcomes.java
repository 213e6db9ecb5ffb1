package io.geolocsft.evaluate;

import java.util.function.Predicate;

/**
 * Outcomes of which each row counts as often as its weight says, summed up once for all metrics:
 * the images themselves, or a resample of them.
 */
public final class WeightedOutcomes {

  private final Outcomes outcomes;
  private final double[] upTo; // weight of the first so many ranks
  private final double[] byReading;
  private final double[] byAreas;
  private double distance; // sum
  private double score;

  WeightedOutcomes(Outcomes outcomes, double[] weights) {
    this.outcomes = outcomes;
    this.upTo = new double[outcomes.counted() + 1];
    this.byReading = sums(outcomes.readings(), weights);
    this.byAreas = sums(outcomes.areas(), weights);
    for (int rank = 0; rank < outcomes.counted(); rank++) {
      double weight = weights[outcomes.nearest(rank)];
      upTo[rank + 1] = upTo[rank] + weight;
      distance += weight * outcomes.meanKm(rank);
      score += weight * outcomes.score(rank);
    }
  }

  private static double[] sums(Outcomes.Labels<?> labels, double[] weights) {
    double[] sums = new double[labels.each().size()];
    for (int row = 0; row < weights.length; row++) {
      int label = labels.ofRow()[row];
      if (label >= 0) {
        sums[label] += weights[row];
      }
    }
    return sums;
  }

  /** Weight of the rows that tell a distance. */
  double counted() {
    return upTo[upTo.length - 1];
  }

  /** Share of those within a threshold. */
  double within(Comparison comparison, double km) {
    return upTo[outcomes.within(comparison, km)] / counted();
  }

  double meanKm() {
    return distance / counted();
  }

  double meanScore() {
    return score / counted();
  }

  /**
   * An order statistic of the distances, km; the images of a row lie evenly between its least and
   * its greatest.
   *
   * @param place from 0 to one less than {@link #counted}
   */
  double distanceKm(double place) {
    int low = 0;
    int high = outcomes.counted() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (upTo[middle + 1] > place) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    Outcomes.Unit unit = outcomes.unit(low);
    double share = (place - upTo[low] + 0.5) / (upTo[low + 1] - upTo[low]);
    return unit.nearKm() + share * (unit.farKm() - unit.nearKm());
  }

  /** Weight of all rows, whether they tell a distance or not. */
  double images() {
    double images = 0;
    for (double weight : byReading) {
      images += weight;
    }
    return images;
  }

  /** Share of the images whose answers were read so. */
  double share(Predicate<Outcomes.Reading> counts) {
    double some = 0;
    for (int i = 0; i < byReading.length; i++) {
      some += counts.test(outcomes.readings().each().get(i)) ? byReading[i] : 0;
    }
    return some / images();
  }

  /** Share of those known that lie in the truth's area. */
  double areaShare(AreaMatch.Area area) {
    double right = 0;
    double known = 0;
    for (int i = 0; i < byAreas.length; i++) {
      AreaMatch.Match match = area.of(outcomes.areas().each().get(i));
      right += match == AreaMatch.Match.RIGHT ? byAreas[i] : 0;
      known += match == AreaMatch.Match.UNKNOWN ? 0 : byAreas[i];
    }
    return right / known;
  }
}
