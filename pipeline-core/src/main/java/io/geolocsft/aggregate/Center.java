package io.geolocsft.aggregate;

import io.geolocsft.geo.GeoPoint;

/** Chooses one place for many. */
@FunctionalInterface
interface Center {

  /** The place for points that are not all the same. */
  GeoPoint of(WeightedPoints points);
}
