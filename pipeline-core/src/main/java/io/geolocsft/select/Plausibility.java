package io.geolocsft.select;

import io.geolocsft.geo.GeoPoint;

/**
 * Whether a position is one that an image is likely to have: in the country that its table states
 * or, where that says none, not far out at sea. What this finds of one image says little, of a
 * whole set much.
 */
public final class Plausibility {

  private final MapLookup earth;

  public Plausibility(MapLookup earth) {
    this.earth = earth;
  }

  /**
   * Whether a position is plausible as it is.
   *
   * @param country that holds the position or lies close by, null at sea
   * @param stated code or name of a country, null if none is stated
   */
  public boolean isLikely(GeoPoint at, String country, String stated) {
    return isKnown(stated)
        ? stated.equalsIgnoreCase(country) || earth.holds(stated, at)
        : country != null || !earth.isRemote(at, SwappedCoordinates.REMOTE_KM);
  }

  /**
   * Whether it would be if it had been misread. Where no country is stated, a lost sign is never
   * assumed: too much of Earth is land on both sides.
   */
  public boolean isLikely(Misreading misreading, GeoPoint at, String stated) {
    return misreading
        .meant(at)
        .filter(
            meant ->
                isKnown(stated)
                    ? earth.holds(stated, meant)
                    : misreading == Misreading.SWAPPED && earth.isInhabited(meant))
        .isPresent();
  }

  private boolean isKnown(String country) {
    return country != null && earth.isKnown(country);
  }
}
