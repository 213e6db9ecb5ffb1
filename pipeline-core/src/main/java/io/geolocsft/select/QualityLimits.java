package io.geolocsft.select;

import java.time.Instant;

/**
 * What an image must be like.
 *
 * @param minSide px of the shorter side
 * @param minBlur variance of the Laplacian
 * @param minEntropy bits of the grey histogram
 * @param minContrast standard deviation of the grey values
 * @param minBrightness mean grey value
 * @param maxBrightness mean grey value
 * @param nullIslandKm an image closer to latitude 0, longitude 0 has no true position; 0 switches
 *     off
 * @param minDecimals decimals that a coordinate must have, one of the two; 0 switches off
 * @param rejectSwapped whether an image is rejected whose latitude and longitude were exchanged
 * @param maxCountryKm no farther than this from the country that is stated; 0 switches off
 * @param maxExifKm no farther than this from EXIF's position; 0 switches off
 * @param requireLand whether images at sea are rejected
 * @param requireDate whether images without a date are rejected
 * @param earliest null for no limit
 * @param latest null for no limit
 */
public record QualityLimits(
    int minSide,
    double minBlur,
    double minEntropy,
    double minContrast,
    double minBrightness,
    double maxBrightness,
    double nullIslandKm,
    int minDecimals,
    boolean rejectSwapped,
    double maxCountryKm,
    double maxExifKm,
    boolean requireLand,
    boolean requireDate,
    Instant earliest,
    Instant latest) {

  public QualityLimits {
    if (minBrightness > maxBrightness) {
      throw new IllegalArgumentException(
          "min_brightness %s is above max_brightness %s".formatted(minBrightness, maxBrightness));
    }
    if (earliest != null && latest != null && earliest.isAfter(latest)) {
      throw new IllegalArgumentException(
          "earliest_date %s is after latest_date %s".formatted(earliest, latest));
    }
  }
}
