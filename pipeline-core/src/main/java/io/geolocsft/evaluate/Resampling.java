package io.geolocsft.evaluate;

/** How the rows of {@link Outcomes} are drawn by the bootstrap. */
public interface Resampling {

  /** As the metrics table calls it. */
  String label();

  /** How many images each row stands for. */
  double[] once();

  /**
   * Draws so many resamples.
   *
   * @param seed of the draws, which depend on nothing else but what is drawn from
   */
  void resample(long seed, int samples, Draws draws);

  /** Is told of each resample. */
  interface Draws {
    /**
     * Takes a resample.
     *
     * @param weights how often the images of each row were drawn; overwritten by the next resample
     */
    void take(int sample, double[] weights);
  }
}
