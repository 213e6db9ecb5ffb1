package io.geolocsft.evaluate;

/**
 * Whether an answer exactly at the threshold is right.
 *
 * <p>OSV-5M, PLONK, PIGEON and G3 compare with {@code <}; GeoCLIP, Im2GPS and NAVIG with {@code
 * <=}.
 */
public enum Comparison {
  LESS {
    @Override
    public boolean within(double distanceKm, double thresholdKm) {
      return distanceKm < thresholdKm;
    }
  },
  LESS_OR_EQUAL {
    @Override
    public boolean within(double distanceKm, double thresholdKm) {
      return distanceKm <= thresholdKm;
    }
  };

  /** Whether {@code distanceKm} counts as within {@code thresholdKm}. */
  public abstract boolean within(double distanceKm, double thresholdKm);
}
