package io.geolocsft.quickstart;

import io.geolocsft.geo.GeoPoint;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Spoils photographs as those of a real catalogue are, each {@link Flaw} at its rate. */
final class Catalogue {

  /** A third of a pixel. */
  private static final double NUDGE_DEGREES = 0.05;

  private final Draws draws;
  private final Sightseers sightseers;
  private final Predicate<GeoPoint> allowed;

  Catalogue(Draws draws, Sightseers sightseers, Predicate<GeoPoint> allowed) {
    this.draws = draws;
    this.sightseers = sightseers;
    this.allowed = allowed;
  }

  List<Photograph> draw(int count) {
    List<Photograph> flawless = sightseers.draw(count);
    return IntStream.range(0, count).mapToObj(index -> spoiled(flawless, index)).toList();
  }

  private Photograph spoiled(List<Photograph> flawless, int index) {
    Flaw flaw = flaw(index);
    return switch (flaw) {
      case EXACT_DUPLICATE, NEAR_DUPLICATE -> duplicate(flawless, index, flaw);
      default -> flawed(flawless.get(index), flaw);
    };
  }

  private Flaw flaw(int index) {
    return Flaw.at(draws.uniform("flaw", index));
  }

  private static Photograph flawed(Photograph photograph, Flaw flaw) {
    View view = photograph.view();
    return Photograph.of(
        new View(view.latitude(), view.longitude(), view.exposure(), flaw),
        photograph.takenAt(),
        photograph.sequence(),
        photograph.photographer());
  }

  /** Some good photograph of the catalogue, uploaded again by somebody. */
  private Photograph duplicate(List<Photograph> flawless, int index, Flaw flaw) {
    SplittableRandom random = draws.of("duplicate", index);
    Photograph original = flawless.get(original(flawless.size(), random));
    View seen = original.view();
    View view =
        flaw == Flaw.EXACT_DUPLICATE
            ? new View(seen.latitude(), seen.longitude(), seen.exposure(), flaw)
            : nudged(seen, random);
    return Photograph.of(
        view,
        original.takenAt(),
        String.format(Locale.ROOT, "upload-%05d", index),
        sightseers.anyPhotographer(random));
  }

  private int original(int count, SplittableRandom random) {
    int index = random.nextInt(count);
    while (flaw(index) != Flaw.NONE) {
      index = random.nextInt(count);
    }
    return index;
  }

  private View nudged(View view, SplittableRandom random) {
    GeoPoint here = new GeoPoint(view.latitude(), view.longitude());
    GeoPoint there = Steps.from(here, random.nextDouble(360), NUDGE_DEGREES);
    GeoPoint point = allowed.test(there) ? there : here;
    return new View(point.latitude(), point.longitude(), random.nextLong(), Flaw.NEAR_DUPLICATE);
  }
}
