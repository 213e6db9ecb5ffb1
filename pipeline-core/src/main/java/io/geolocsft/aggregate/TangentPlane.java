package io.geolocsft.aggregate;

import com.google.common.geometry.S2Point;

/**
 * Steps along great circles from one place on the unit sphere.
 *
 * @param origin unit vector
 */
record TangentPlane(S2Point origin) {

  /**
   * The unit vector at the origin along the great circle towards a place; zero where there is no
   * one direction, at the origin itself and at its antipode.
   */
  S2Point direction(S2Point place) {
    // The place minus its part along the origin, as a double cross product for near places' sake.
    S2Point across = origin.crossProd(place).crossProd(origin);
    double length = across.norm();
    return length == 0 ? across : across.div(length);
  }

  /** Where a step ends; the step is a tangent vector whose length is an angle in radians. */
  S2Point walk(S2Point step) {
    double angle = step.norm();
    if (angle == 0) {
      return origin;
    }
    return origin.mul(Math.cos(angle)).add(step.mul(Math.sin(angle) / angle)).normalize();
  }
}
