package io.geolocsft.quickstart;

import io.geolocsft.geo.GeoPoint;
import java.util.SplittableRandom;

/** Random points of the picture's land, without Antarctica. */
final class Land {

  /** South of it the picture has a black rectangle. */
  static final double MIN_LATITUDE = -60;

  static final double MAX_LATITUDE = 84;

  /** How far the sea counts as coast, in degrees of arc. */
  private static final double COAST_DEGREES = 2.5;

  private final BlueMarble picture;

  Land(BlueMarble picture) {
    this.picture = picture;
  }

  boolean contains(double latitude, double longitude) {
    return latitude >= MIN_LATITUDE && picture.isLand(latitude, longitude);
  }

  /** A point on land; every square kilometre is as likely as any other. */
  GeoPoint point(SplittableRandom random) {
    GeoPoint point = anywhere(random);
    while (!contains(point.latitude(), point.longitude())) {
      point = anywhere(random);
    }
    return point;
  }

  /** A point at sea from which land is in sight. */
  GeoPoint coastalPoint(SplittableRandom random) {
    GeoPoint point = anywhere(random);
    while (contains(point.latitude(), point.longitude()) || !isLandNear(point)) {
      point = anywhere(random);
    }
    return point;
  }

  private static GeoPoint anywhere(SplittableRandom random) {
    double south = StrictMath.sin(StrictMath.toRadians(MIN_LATITUDE));
    double north = StrictMath.sin(StrictMath.toRadians(MAX_LATITUDE));
    double latitude = StrictMath.toDegrees(StrictMath.asin(random.nextDouble(south, north)));
    return new GeoPoint(latitude, random.nextDouble(-180, 180));
  }

  private boolean isLandNear(GeoPoint point) {
    for (int direction = 0; direction < 8; direction++) {
      GeoPoint near = Steps.from(point, direction * 45, COAST_DEGREES);
      if (contains(near.latitude(), near.longitude())) {
        return true;
      }
    }
    return false;
  }
}
