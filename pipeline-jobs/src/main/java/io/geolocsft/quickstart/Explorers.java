package io.geolocsft.quickstart;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.PopulationDensity;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Take photographs where hardly anybody lives, though somebody can get to: every such square
 * kilometre is as likely as any other.
 */
final class Explorers {

  /** People per km^2. */
  static final double MAX_DENSITY = 2;

  /** To the nearest populated place; keeps out the middle of Greenland, white all over. */
  static final double REACH_KM = 250;

  private final Draws draws;
  private final String purpose;
  private final Land land;
  private final PopulationDensity density;
  private final Predicate<GeoPoint> allowed;

  Explorers(
      Draws draws,
      String purpose,
      Land land,
      PopulationDensity density,
      Predicate<GeoPoint> allowed) {
    this.draws = draws;
    this.purpose = purpose;
    this.land = land;
    this.density = density;
    this.allowed = allowed;
  }

  List<Photograph> draw(int count) {
    return IntStream.range(0, count).mapToObj(this::photograph).toList();
  }

  private Photograph photograph(int index) {
    SplittableRandom random = draws.of(purpose, index);
    GeoPoint point = land.point(random);
    while (!allowed.test(point) || !isSparse(point)) {
      point = land.point(random);
    }
    View view = new View(point.latitude(), point.longitude(), random.nextLong(), Flaw.NONE);
    String name = purpose + "-" + index;
    return Photograph.of(view, Clock.anyTime(random), name, name);
  }

  private boolean isSparse(GeoPoint point) {
    double latitude = point.latitude();
    double longitude = point.longitude();
    return density.perSquareKm(latitude, longitude) < MAX_DENSITY
        && density.nearestPlaceKm(latitude, longitude) < REACH_KM;
  }
}
