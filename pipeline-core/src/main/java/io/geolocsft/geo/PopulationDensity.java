package io.geolocsft.geo;

import com.google.common.geometry.S1Angle;
import com.google.common.geometry.S2ClosestPointQuery;
import com.google.common.geometry.S2PointIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * How densely people live around a point: those of all places whose centre lies within 50 km, over
 * the area of that disc. May be shared by threads.
 */
public final class PopulationDensity {

  /** The disc's radius in km. */
  public static final double RADIUS_KM = 50;

  private static final double DISC_SQUARE_KM = Math.PI * RADIUS_KM * RADIUS_KM;
  private static final S1Angle RADIUS = S1Angle.radians(RADIUS_KM / SpherePoints.RADIUS_KM);

  private final S2PointIndex<Long> index = new S2PointIndex<>();

  private PopulationDensity(List<Place> places) {
    for (Place place : places) {
      GeoPoint at = place.point();
      index.add(SpherePoints.of(at.latitude(), at.longitude()), place.population());
    }
    // The index sorts itself at its first iterator: done here, readers only read.
    index.iterator();
  }

  /** From the places of {@link Places#geonames()}. */
  public static PopulationDensity geonames() {
    return GeoNames.DENSITY;
  }

  /** From the places of a file, see {@link Places#fromCsv}. */
  public static PopulationDensity fromCsv(Path file) throws IOException {
    return of(Places.fromCsv(file));
  }

  /**
   * From a list of places.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public static PopulationDensity of(List<Place> places) {
    if (places.isEmpty()) {
      throw new IllegalArgumentException("No places to take the population density from");
    }
    return new PopulationDensity(places);
  }

  /** People per km^2 around a point in degrees. */
  public double perSquareKm(double lat, double lon) {
    GeoPoint.check(lat, lon);
    S2ClosestPointQuery<Long> query = new S2ClosestPointQuery<>(index);
    query.setMaxDistance(RADIUS);
    long people = 0;
    for (S2ClosestPointQuery.Result<Long> place :
        query.findClosestPoints(SpherePoints.of(lat, lon))) {
      people += place.entry().data();
    }
    return people / DISC_SQUARE_KM;
  }

  /** The nearest place's centre. */
  public GeoPoint nearestPlace(double lat, double lon) {
    GeoPoint.check(lat, lon);
    return SpherePoints.geoPoint(
        new S2ClosestPointQuery<>(index)
            .findClosestPoint(SpherePoints.of(lat, lon))
            .entry()
            .point());
  }

  /** Distance in km to the nearest place's centre. */
  public double nearestPlaceKm(double lat, double lon) {
    GeoPoint nearest = nearestPlace(lat, lon);
    return DistanceModel.SPHERE_6371_0088.kilometers(
        lat, lon, nearest.latitude(), nearest.longitude());
  }

  /** Made at first use. */
  private static final class GeoNames {
    static final PopulationDensity DENSITY = new PopulationDensity(Places.geonames());
  }
}
