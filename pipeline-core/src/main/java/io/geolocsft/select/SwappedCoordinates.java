package io.geolocsft.select;

import io.geolocsft.geo.GeoPoint;
import java.util.Optional;

/**
 * Tells an image whose latitude and longitude were exchanged from one that was taken at sea. That
 * the exchanged position is on land proves little: off the Americas it lies in Antarctica. So the
 * position must be one where hardly anybody takes photographs, and the exchanged one where people
 * live or, if a country is stated, within that.
 */
final class SwappedCoordinates {

  /** Boats, reefs and islands that maps leave out seldom lie farther out. */
  static final double REMOTE_KM = 100;

  /** Of a country's sea: its exclusive economic zone, 200 nautical miles. */
  private static final double ECONOMIC_ZONE_KM = 370.4;

  private final MapLookup earth;

  SwappedCoordinates(MapLookup earth) {
    this.earth = earth;
  }

  /** What speaks against an image; empty unless its exchanged position alone explains it. */
  Optional<Rejection> check(ImageFacts image) {
    GeoPoint at = image.point();
    return Misreading.SWAPPED
        .meant(at)
        .filter(swapped -> !image.onLand())
        .flatMap(
            swapped ->
                image.statedCountry() != null && earth.isKnown(image.statedCountry())
                    ? stated(at, swapped, image.statedCountry())
                    : likely(at, swapped));
  }

  private Optional<Rejection> stated(GeoPoint at, GeoPoint swapped, String country) {
    return earth.holds(country, swapped)
            && earth.kilometersTo(country, at).orElseThrow() > ECONOMIC_ZONE_KM
        ? because(swapped, "is in %s, as stated".formatted(country))
        : Optional.empty();
  }

  private Optional<Rejection> likely(GeoPoint at, GeoPoint swapped) {
    return earth.isInhabited(swapped) && earth.isRemote(at, REMOTE_KM)
        ? because(swapped, "is inhabited land")
        : Optional.empty();
  }

  private static Optional<Rejection> because(GeoPoint swapped, String what) {
    return Optional.of(
        Rejection.because(
            "swapped_coordinates",
            "far out at sea; latitude %s, longitude %s %s"
                .formatted(swapped.latitude(), swapped.longitude(), what)));
  }
}
