package io.geolocsft.aggregate;

import com.google.common.geometry.S2Point;
import io.geolocsft.geo.GeoPoint;

/**
 * The place with the least weighted distance to all candidates: half of the candidates may be
 * anywhere without moving it far.
 *
 * <p>Weiszfeld's algorithm on the sphere (Fletcher, Venkatasubramanian and Joshi 2009), with Vardi
 * and Zhang's step (2000) where it stands on a candidate. It starts from the medoid and takes no
 * step that lengthens the distance, so that candidates all over the sphere, which have several
 * local medians, cannot mislead it into one that is worse than a candidate.
 */
final class GeometricMedian implements Center {

  private static final int MAX_STEPS = 500;

  /** Radians; 6 micrometres on Earth. Nearer than that is the same place. */
  private static final double NEGLIGIBLE = 1e-12;

  @Override
  public GeoPoint of(WeightedPoints points) {
    int medoid = Medoid.index(points);
    S2Point at = points.vector(medoid);
    double cost = points.cost(at);
    for (int i = 0; i < MAX_STEPS; i++) {
      S2Point next = descend(points, at, cost);
      if (next.angle(at) < NEGLIGIBLE) {
        break;
      }
      at = next;
      cost = points.cost(at);
    }
    // A candidate's own coordinates, unless another place is better.
    return at.equals(points.vector(medoid)) ? points.point(medoid) : WeightedPoints.geoPoint(at);
  }

  /** The end of Weiszfeld's step, halved until it does not lengthen the distance. */
  private static S2Point descend(WeightedPoints points, S2Point at, double cost) {
    TangentPlane plane = new TangentPlane(at);
    for (S2Point step = step(points, plane); step.norm() >= NEGLIGIBLE; step = step.mul(0.5)) {
      S2Point next = plane.walk(step);
      if (points.cost(next) < cost) {
        return next;
      }
    }
    return at;
  }

  /** Weiszfeld's step as a tangent vector, in radians; zero at a candidate that is the median. */
  private static S2Point step(WeightedPoints points, TangentPlane plane) {
    S2Point pull = new S2Point(0, 0, 0);
    double stiffness = 0;
    double here = 0;
    for (int i = 0; i < points.size(); i++) {
      double angle = plane.origin().angle(points.vector(i));
      if (angle < NEGLIGIBLE) {
        here += points.weight(i);
      } else {
        pull = pull.add(plane.direction(points.vector(i)).mul(points.weight(i)));
        stiffness += points.weight(i) / angle;
      }
    }
    double strength = pull.norm();
    return strength <= here ? new S2Point(0, 0, 0) : pull.mul((1 - here / strength) / stiffness);
  }
}
