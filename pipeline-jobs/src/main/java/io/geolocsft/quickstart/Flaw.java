package io.geolocsft.quickstart;

import java.util.Locale;

/** What is wrong with some images of a real catalogue, and with what share of this one. */
enum Flaw {
  /** The same bytes as another image, under another name. */
  EXACT_DUPLICATE(0.01),
  /** Another view taken again: hardly shifted, other exposure, stronger compression. */
  NEAR_DUPLICATE(0.02),
  /** Latitude and longitude are stated as 0, 0. */
  NULL_ISLAND(0.005),
  /** Latitude stands in the column of the longitude, and the other way round. */
  SWAPPED_COORDINATES(0.005),
  /** One colour all over. */
  BLANK(0.005),
  /** Out of focus. */
  BLURRED(0.01),
  /** The file ends in the middle. */
  UNDECODABLE(0.003),
  /** No time of capture. */
  MISSING_DATE(0.03),
  /** As it should be: all others. */
  NONE(Double.NaN);

  private final double rate;

  Flaw(double rate) {
    this.rate = rate;
  }

  String description() {
    return this == NONE ? "good" : name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** The share of the images with this flaw. */
  double rate() {
    return this == NONE ? 1 - otherRates() : rate;
  }

  private static double otherRates() {
    double sum = 0;
    for (Flaw flaw : values()) {
      sum += flaw == NONE ? 0 : flaw.rate;
    }
    return sum;
  }

  /** The flaw that belongs to a uniform number in [0, 1). */
  static Flaw at(double uniform) {
    double end = 0;
    for (Flaw flaw : values()) {
      end += flaw.rate();
      if (uniform < end) {
        return flaw;
      }
    }
    return NONE;
  }
}
