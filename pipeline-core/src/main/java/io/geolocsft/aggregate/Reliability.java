package io.geolocsft.aggregate;

import static com.google.common.base.Preconditions.checkArgument;

import io.geolocsft.aggregate.Calibration.Observation;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How often radii hold the truth, by cross-validation: each fold of the images is judged by a
 * calibration on the others.
 *
 * @param stated share of cases in which a radius is to hold the truth
 * @param held share of the images in which it does
 * @param images how many there are
 */
public record Reliability(double stated, double held, int images) {

  private static final int FOLDS = 5;

  private static final double[] LEVELS = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};

  /**
   * Of every level from 10 to 90 %.
   *
   * @param observations in an order that has nothing to do with them
   * @throws IllegalArgumentException if there are fewer than folds
   */
  public static List<Reliability> of(List<Observation> observations) {
    checkArgument(observations.size() >= FOLDS, "%s images", observations.size());
    long[] held = new long[LEVELS.length];
    for (int fold = 0; fold < FOLDS; fold++) {
      Calibration others = Calibration.of(part(observations, fold, false));
      for (Observation one : part(observations, fold, true)) {
        for (int level = 0; level < LEVELS.length; level++) {
          held[level] += one.errorKm() <= others.radiusKm(one.sureness(), LEVELS[level]) ? 1 : 0;
        }
      }
    }
    int images = observations.size();
    return IntStream.range(0, LEVELS.length)
        .mapToObj(level -> new Reliability(LEVELS[level], (double) held[level] / images, images))
        .toList();
  }

  private static List<Observation> part(
      List<Observation> observations, int fold, boolean isInside) {
    return IntStream.range(0, observations.size())
        .filter(i -> i % FOLDS == fold == isInside)
        .mapToObj(observations::get)
        .toList();
  }
}
