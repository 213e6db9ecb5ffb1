package io.geolocsft.reward;

import io.geolocsft.answer.Answer;
import io.geolocsft.geo.GeoPoint;

/** What an answer is worth. Pure, and shared by threads. */
@FunctionalInterface
public interface Reward {

  /**
   * Rewards an answer.
   *
   * @param truth where the image was taken
   * @param text as the model gave it
   * @param answer what was read in it
   * @return a finite number, the higher the better
   */
  double of(GeoPoint truth, String text, Answer answer);

  /** This reward so many times, and another one. */
  default Reward plus(double weight, Reward other) {
    return (truth, text, answer) ->
        of(truth, text, answer) + weight * other.of(truth, text, answer);
  }
}
