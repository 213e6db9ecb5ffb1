package io.geolocsft.quickstart;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Takes photographs as people do: many around large cities, few elsewhere, some one after another
 * on a way, most by a few busy photographers.
 */
final class Sightseers {

  /** Below 1, as villages are photographed more often a head than cities. */
  private static final double POPULATION_EXPONENT = 0.7;

  /** The share of ways that start anywhere on land, so that no region is without. */
  private static final double OFF_THE_BEATEN_TRACK = 0.2;

  private static final double AROUND_PLACE_DEGREES = 0.5;
  private static final double MIN_STEP_DEGREES = 0.1;
  private static final double MAX_STEP_DEGREES = 0.5;
  private static final double GOES_ON = 0.6;
  private static final int TURNS = 8;
  private static final int PHOTOGRAPHERS = 2000;
  private static final int MAX_PAUSE_SECONDS = 3600;

  private final Draws draws;
  private final String purpose;
  private final Land land;
  private final List<Place> places;
  private final Predicate<GeoPoint> allowed;
  private final int maxLength;
  private final WeightedDraw anyPlace;
  private final WeightedDraw anyPhotographer;

  /**
   * @param purpose of the random draws, and the first part of the sequences' names
   * @param allowed where photographs may be centred
   * @param maxLength photographs in one sequence
   */
  Sightseers(
      Draws draws,
      String purpose,
      Land land,
      List<Place> places,
      Predicate<GeoPoint> allowed,
      int maxLength) {
    this.draws = draws;
    this.purpose = purpose;
    this.land = land;
    this.places = places;
    this.allowed = allowed;
    this.maxLength = maxLength;
    this.anyPlace =
        new WeightedDraw(
            places.stream()
                .mapToDouble(place -> StrictMath.pow(place.population(), POPULATION_EXPONENT)));
    // Zipf's law.
    this.anyPhotographer =
        new WeightedDraw(IntStream.rangeClosed(1, PHOTOGRAPHERS).mapToDouble(rank -> 1.0 / rank));
  }

  /** Draws flawless photographs. */
  List<Photograph> draw(int count) {
    List<Photograph> photographs = new ArrayList<>(count);
    for (int sequence = 0; photographs.size() < count; sequence++) {
      List<Photograph> taken = sequence(sequence);
      photographs.addAll(taken.subList(0, Math.min(taken.size(), count - photographs.size())));
    }
    return photographs;
  }

  String anyPhotographer(SplittableRandom random) {
    return String.format(Locale.ROOT, "p%04d", anyPhotographer.next(random));
  }

  private List<Photograph> sequence(int number) {
    SplittableRandom random = draws.of(purpose, number);
    String name = String.format(Locale.ROOT, "%s-%05d", purpose, number);
    String photographer = anyPhotographer(random);
    Instant time = Clock.anyTime(random);
    List<Photograph> taken = new ArrayList<>();
    for (GeoPoint point : way(random)) {
      View view = new View(point.latitude(), point.longitude(), random.nextLong(), Flaw.NONE);
      taken.add(Photograph.of(view, time, name, photographer));
      time = time.plusSeconds(random.nextInt(1, MAX_PAUSE_SECONDS));
    }
    return taken;
  }

  private List<GeoPoint> way(SplittableRandom random) {
    List<GeoPoint> way = new ArrayList<>();
    double bearing = random.nextDouble(360);
    way.add(start(random));
    while (way.size() < maxLength && random.nextDouble() < GOES_ON) {
      GeoPoint here = way.get(way.size() - 1);
      for (int turn = 0; turn < TURNS; turn++) {
        bearing += 30 * random.nextGaussian();
        GeoPoint next = step(here, bearing, random);
        if (allowed.test(next)) {
          way.add(next);
          break;
        }
      }
    }
    return way;
  }

  private static GeoPoint step(GeoPoint here, double bearing, SplittableRandom random) {
    return Steps.from(here, bearing, random.nextDouble(MIN_STEP_DEGREES, MAX_STEP_DEGREES));
  }

  private GeoPoint start(SplittableRandom random) {
    boolean offTheBeatenTrack = random.nextDouble() < OFF_THE_BEATEN_TRACK;
    GeoPoint point;
    do {
      point = offTheBeatenTrack ? land.point(random) : nearPlace(random);
    } while (!allowed.test(point));
    return point;
  }

  private GeoPoint nearPlace(SplittableRandom random) {
    Place place = places.get(anyPlace.next(random));
    double distance = AROUND_PLACE_DEGREES * Math.sqrt(random.nextDouble());
    return Steps.from(place.point(), random.nextDouble(360), distance);
  }
}
