package io.geolocsft.quickstart;

import io.geolocsft.geo.GeoPoint;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What the small base model is trained on: views all over the land and its coasts, as many of a
 * desert as of a city of the same area, none centred in a held-out cell.
 */
final class BaseViews {

  private static final double COASTAL_SHARE = 0.15;

  private final Draws draws;
  private final Land land;
  private final HeldOutCells heldOut;

  BaseViews(Draws draws, Land land) {
    this.draws = draws;
    this.land = land;
    this.heldOut = new HeldOutCells(draws);
  }

  List<Photograph> draw(int count) {
    return IntStream.range(0, count).parallel().mapToObj(this::photograph).toList();
  }

  private Photograph photograph(int index) {
    SplittableRandom random = draws.of("base view", index);
    boolean coastal = random.nextDouble() < COASTAL_SHARE;
    GeoPoint point = point(random, coastal);
    while (heldOut.contains(point.latitude(), point.longitude())) {
      point = point(random, coastal);
    }
    View view = new View(point.latitude(), point.longitude(), random.nextLong(), Flaw.NONE);
    return Photograph.of(view, Clock.anyTime(random), "base-" + index, "base");
  }

  private GeoPoint point(SplittableRandom random, boolean coastal) {
    return coastal ? land.coastalPoint(random) : land.point(random);
  }
}
