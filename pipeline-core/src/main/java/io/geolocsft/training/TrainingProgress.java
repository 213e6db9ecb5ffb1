package io.geolocsft.training;

/**
 * How far a run is. Nothing else is needed to go on beside the tensors: the order of the examples
 * and what is dropped out are functions of the seed, the step and the rank.
 *
 * @param steps done
 * @param lowest validation loss up to there
 */
public record TrainingProgress(int steps, Lowest lowest) {

  /** Of a new run. */
  static final TrainingProgress NONE = new TrainingProgress(0, Lowest.NONE);

  /**
   * The lowest validation loss.
   *
   * @param step that it came after, from 0; -1 before the first look
   * @param looksSince without a lower one
   */
  record Lowest(double loss, int step, int looksSince) {

    static final Lowest NONE = new Lowest(Double.MAX_VALUE, -1, 0);
  }
}
