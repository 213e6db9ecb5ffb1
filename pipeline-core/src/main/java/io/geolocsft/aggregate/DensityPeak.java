package io.geolocsft.aggregate;

import com.google.common.geometry.S2Point;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.SpherePoints;

/**
 * The peak of a Gaussian kernel density, as Im2GPS takes it over its neighbours: the candidate at
 * which the density is highest, carried uphill to the peak by mean shift.
 *
 * @param bandwidthKm standard deviation of the kernel, km on the mean sphere
 */
record DensityPeak(double bandwidthKm) implements Center {

  private static final int MAX_STEPS = 200;
  private static final double NEGLIGIBLE = 1e-10;

  DensityPeak {
    if (!(bandwidthKm > 0 && bandwidthKm <= 20_000)) {
      throw new IllegalArgumentException(
          "A bandwidth of %s km is not in (0, 20000]".formatted(bandwidthKm));
    }
  }

  @Override
  public GeoPoint of(WeightedPoints points) {
    int densest = densest(points);
    S2Point at = points.vector(densest);
    for (int i = 0; i < MAX_STEPS; i++) {
      S2Point next = shift(points, at);
      if (next.angle(at) < NEGLIGIBLE) {
        break;
      }
      at = next;
    }
    return at.equals(points.vector(densest)) ? points.point(densest) : WeightedPoints.geoPoint(at);
  }

  private int densest(WeightedPoints points) {
    int best = 0;
    double highest = -1;
    for (int i = 0; i < points.size(); i++) {
      double density = 0;
      for (int j = 0; j < points.size(); j++) {
        density += mass(points, j, points.vector(i));
      }
      if (density > highest) {
        highest = density;
        best = i;
      }
    }
    return best;
  }

  /** The kernel-weighted mean direction seen from a place. */
  private S2Point shift(WeightedPoints points, S2Point from) {
    S2Point sum = new S2Point(0, 0, 0);
    for (int i = 0; i < points.size(); i++) {
      sum = sum.add(points.vector(i).mul(mass(points, i, from)));
    }
    // Opposite candidates under a kernel as wide as the Earth may cancel out.
    return sum.norm() < NEGLIGIBLE ? from : sum.normalize();
  }

  private double mass(WeightedPoints points, int i, S2Point from) {
    double deviations = from.angle(points.vector(i)) * SpherePoints.RADIUS_KM / bandwidthKm;
    return points.weight(i) * Math.exp(-0.5 * deviations * deviations);
  }
}
