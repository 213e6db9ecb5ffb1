package io.geolocsft.evaluate;

/**
 * McNemar's test (1947) of whether two models are right equally often, from the images on which
 * exactly one of them is: the chance of a difference at least as great if neither were better.
 */
public final class McNemar {

  /** Up to so many such images the binomial distribution is summed, beyond it is approximated. */
  static final long EXACT_IMAGES = 1_000;

  private McNemar() {}

  /**
   * The two-sided p-value: of the binomial test, or of chi-squared with Edwards' correction for
   * continuity (1948), which is nothing where there is no difference, as R's has it.
   *
   * @param one images on which only the one model is right
   * @param other images on which only the other is
   */
  public static double pValue(long one, long other) {
    long images = one + other;
    if (images <= EXACT_IMAGES) {
      return Math.min(1, 2 * atMost(Math.min(one, other), images));
    }
    double difference = Math.max(0, Math.abs(one - other) - 1);
    // Chi-squared of one degree of freedom is the square of a standard normal.
    return complementaryError(difference / Math.sqrt(images) / Math.sqrt(2));
  }

  /** P(at most k of n fair coins show heads). */
  private static double atMost(long k, long n) {
    double term = Math.pow(0.5, n); // 2^-1000 is still a normal number
    double sum = 0;
    for (long heads = 0; heads <= k; heads++) {
      sum += term;
      term *= (double) (n - heads) / (heads + 1);
    }
    return sum;
  }

  /** 1 - erf(x) for x from 0 up, its digits kept where it is tiny. */
  static double complementaryError(double x) {
    return x < 2 ? 1 - errorBySeries(x) : complementByFraction(x);
  }

  /** Abramowitz and Stegun 7.1.6. */
  private static double errorBySeries(double x) {
    double term = x;
    double sum = 0;
    for (int n = 0; Math.abs(term) > 1e-18; n++) {
      sum += term;
      term *= 2 * x * x / (2 * n + 3);
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** Abramowitz and Stegun 7.1.14, from the innermost fraction outwards. */
  private static double complementByFraction(double x) {
    double fraction = x;
    for (int n = 100; n > 0; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  }
}
