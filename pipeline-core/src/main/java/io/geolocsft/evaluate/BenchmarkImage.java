package io.geolocsft.evaluate;

import static java.util.Objects.requireNonNull;

import io.geolocsft.geo.GeoPoint;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One image of a benchmark: its truth and what it is sliced by.
 *
 * @param imageId the image's id within its benchmark
 * @param truth where it was taken
 * @param author who took it; images of one author are not independent
 * @param country ISO code or name, if the point lies in one
 * @param region the continent
 * @param populationDensity inhabitants per square km around the truth
 */
public record BenchmarkImage(
    String imageId,
    GeoPoint truth,
    Optional<String> author,
    Optional<String> country,
    Optional<String> region,
    OptionalDouble populationDensity) {

  public BenchmarkImage {
    requireNonNull(imageId, "imageId");
    requireNonNull(truth, "truth");
    requireNonNull(author, "author");
    requireNonNull(country, "country");
    requireNonNull(region, "region");
    requireNonNull(populationDensity, "populationDensity");
  }

  /** An image of which nothing but the truth is known. */
  public static BenchmarkImage of(String imageId, GeoPoint truth) {
    return new BenchmarkImage(
        imageId,
        truth,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty());
  }
}
