package io.geolocsft.select;

import com.google.common.geometry.S2Point;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.SpherePoints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Points that keep a distance from each other. They lie in cubes as wide as the distance, so that a
 * point is compared with those in the 27 cubes around it.
 */
public final class Spacing {

  private static final int BITS = 21;

  private final double leastKm;

  /** In Earth radii; the chord of the distance, and a little more against rounding. */
  private final double width;

  private final Map<Long, List<Placed>> cubes = new HashMap<>();

  record Placed(String imageId, GeoPoint point) {}

  /** A point that is too close to one placed before, and how close. */
  record TooClose(String imageId, double km) {}

  /**
   * @param leastKm the distance in km; 0 for none
   */
  Spacing(double leastKm) {
    this.leastKm = leastKm;
    double chord = 2 * Math.sin(Math.min(Math.PI, leastKm / SpherePoints.RADIUS_KM) / 2);
    // Narrower cubes would not fit into the bits of a key, and need not be.
    width = Math.max(chord * (1 + 1e-9), 4.0 / (1 << BITS));
  }

  /** Places a point, unless one is too close. */
  Optional<TooClose> place(String imageId, GeoPoint point) {
    if (leastKm == 0) {
      return Optional.empty();
    }
    S2Point vector = SpherePoints.of(point);
    long x = cube(vector.getX());
    long y = cube(vector.getY());
    long z = cube(vector.getZ());
    Optional<TooClose> closest = closest(point, x, y, z);
    if (closest.isEmpty()) {
      cubes
          .computeIfAbsent(key(x, y, z), unused -> new ArrayList<>())
          .add(new Placed(imageId, point));
    }
    return closest;
  }

  private Optional<TooClose> closest(GeoPoint point, long x, long y, long z) {
    TooClose closest = null;
    for (long i = x - 1; i <= x + 1; i++) {
      for (long j = y - 1; j <= y + 1; j++) {
        for (long k = z - 1; k <= z + 1; k++) {
          for (Placed other : cubes.getOrDefault(key(i, j, k), List.of())) {
            double km = DistanceModel.SPHERE_6371_0088.kilometers(point, other.point());
            if (km < leastKm && (closest == null || km < closest.km())) {
              closest = new TooClose(other.imageId(), km);
            }
          }
        }
      }
    }
    return Optional.ofNullable(closest);
  }

  private long cube(double coordinate) {
    return (long) Math.floor((coordinate + 1) / width) + 1;
  }

  private static long key(long x, long y, long z) {
    return (x << BITS | y) << BITS | z;
  }
}
