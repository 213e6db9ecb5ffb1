package io.geolocsft.quickstart;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.Place;
import io.geolocsft.geo.Places;
import io.geolocsft.geo.PopulationDensity;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which photographs are taken where. The benchmarks have the held-out cells to themselves; the base
 * model's views and the catalogue share the rest, the catalogue keeping off the former's centres.
 *
 * @param baseCount images for the base model; the catalogue depends on it as well
 */
record Plan(Draws draws, Land land, int baseCount) {

  /** About 11 km, two thirds of a pixel of a tile: no view of the base model is seen again. */
  static final double BASE_DISTANCE_DEGREES = 0.1;

  private static final int MAX_SEQUENCE = 8;

  List<Photograph> base() {
    return new BaseViews(draws, land).draw(baseCount);
  }

  List<Photograph> catalogue(int count) {
    List<GeoPoint> base = base().stream().map(photograph -> center(photograph.view())).toList();
    NearbyPoints nearBase = new NearbyPoints(base, BASE_DISTANCE_DEGREES);
    Predicate<GeoPoint> allowed = inHeldOutCell().negate().and(point -> !nearBase.anyNear(point));
    return new Catalogue(draws, sightseers("trip", allowed, MAX_SEQUENCE), allowed).draw(count);
  }

  /** The benchmark that is drawn like the catalogue, one photograph a sequence. */
  List<Photograph> photos(int count) {
    return sightseers("photo", inHeldOutCell(), 1).draw(count);
  }

  /** The benchmark of sparsely populated land. */
  List<Photograph> sparse(int count) {
    PopulationDensity density = PopulationDensity.geonames();
    return new Explorers(draws, "sparse", land, density, inHeldOutCell()).draw(count);
  }

  private Sightseers sightseers(String purpose, Predicate<GeoPoint> allowed, int maxLength) {
    List<Place> places = Places.geonames();
    return new Sightseers(draws, purpose, land, places, allowed, maxLength);
  }

  private Predicate<GeoPoint> inHeldOutCell() {
    HeldOutCells heldOut = new HeldOutCells(draws);
    return point -> heldOut.contains(point.latitude(), point.longitude());
  }

  private static GeoPoint center(View view) {
    return new GeoPoint(view.latitude(), view.longitude());
  }
}
