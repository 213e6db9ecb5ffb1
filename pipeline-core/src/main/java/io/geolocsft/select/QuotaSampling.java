package io.geolocsft.select;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.select.Spacing.TooClose;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Draws exactly so many images, spread over units by quotas. A unit gives the first of its images
 * in the keyed order, or the best of the first few; an image too close to one that is drawn already
 * is passed over, which is greedy: another choice might have found room for more. Units take turns,
 * one image each, and what one cannot fill the others do. It looks at the first images of each unit
 * only, so that it needs no list of all; only where the distance leaves a unit short it looks
 * deeper, at last at all of its images.
 */
public final class QuotaSampling {

  /** Where images may be passed over, so many times the quota are looked at first. */
  private static final long SPARE = 4;

  private static final Comparator<Pooled> KEYED =
      Comparator.comparingLong(Pooled::key).thenComparing(Pooled::imageId);
  private static final Comparator<Pooled> BEST =
      Comparator.comparingDouble(Pooled::quality).reversed().thenComparing(KEYED);

  private final Settings settings;
  private final SortedMap<SamplingUnit, Long> counts;
  private final Source source;
  private final Map<SamplingUnit, List<Pooled>> pools = new HashMap<>();

  /** How many images a unit can give. */
  private final Map<SamplingUnit, Long> capacities;

  /** How many times more of a unit's images are looked at than usual. */
  private final Map<SamplingUnit, Long> depth = new HashMap<>();

  private QuotaSampling(Settings settings, SortedMap<SamplingUnit, Long> counts, Source source) {
    this.settings = settings;
    this.counts = counts;
    this.source = source;
    capacities = new HashMap<>(counts);
  }

  /**
   * What is drawn.
   *
   * @param count how many images, exactly
   * @param alpha of {@link SamplingStrategy#GEO_AWARE}
   * @param bestOf a unit gives the best of N times its quota, the first in the keyed order; 1
   *     leaves quality out
   * @param minDistanceKm least distance between two drawn images; 0 for none
   */
  public record Settings(
      long count, SamplingStrategy strategy, double alpha, int bestOf, double minDistanceKm) {}

  /**
   * An image that may be drawn.
   *
   * @param key its place in the keyed order
   * @param quality greater is better
   * @param point where it was taken; not used without a least distance
   */
  public record Pooled(String imageId, long key, double quality, GeoPoint point)
      implements Serializable {}

  /** Gives the first images of some units. */
  public interface Source {

    /**
     * Asks for candidates.
     *
     * @param wanted how many images of each unit
     * @return by unit at least so many of its images, or all that it has: the first by key and id,
     *     in any order
     */
    Map<SamplingUnit, List<Pooled>> first(Map<SamplingUnit, Long> wanted);
  }

  /**
   * A drawn image.
   *
   * @param rank its place among those of its unit, from 1
   */
  public record Drawn(String imageId, SamplingUnit unit, int rank) implements Serializable {}

  /**
   * An image that was passed over.
   *
   * @param near the drawn image that it is too close to
   * @param km how close
   */
  public record PassedOver(String imageId, SamplingUnit unit, String near, double km)
      implements Serializable {}

  /**
   * What came of it.
   *
   * @param quotas of all units, filled exactly
   * @param drawn in the order of units and ranks
   */
  public record Outcome(
      SortedMap<SamplingUnit, Long> quotas, List<Drawn> drawn, List<PassedOver> passedOver) {}

  /**
   * Draws.
   *
   * @param counts how many images each unit has, at least one
   * @throws IllegalArgumentException if there are fewer than asked for, or fewer that keep their
   *     distance
   */
  public static Outcome of(Settings settings, SortedMap<SamplingUnit, Long> counts, Source source) {
    return new QuotaSampling(settings, counts, source).draw();
  }

  private Outcome draw() {
    Quotas quotas = new Quotas(settings.strategy(), settings.alpha());
    while (true) {
      long room = capacities.values().stream().mapToLong(Long::longValue).sum();
      if (room < settings.count()) {
        throw tooFew(room);
      }
      Outcome outcome = choose(fetched(quotas.of(settings.count(), counts, capacities)));
      Map<SamplingUnit, Long> given = new HashMap<>();
      outcome.drawn().forEach(image -> given.merge(image.unit(), 1L, Long::sum));
      boolean filled = true;
      for (Map.Entry<SamplingUnit, Long> quota : outcome.quotas().entrySet()) {
        long images = given.getOrDefault(quota.getKey(), 0L);
        if (images < quota.getValue()) {
          fellShort(quota.getKey(), images);
          filled = false;
        }
      }
      if (filled) {
        return outcome;
      }
    }
  }

  /** Looks deeper into a unit next time or, where all of it was looked at, asks it for no more. */
  private void fellShort(SamplingUnit unit, long given) {
    if (pools.get(unit).size() < counts.get(unit)) {
      depth.merge(unit, 2L, (now, twice) -> now * twice);
    } else {
      capacities.put(unit, given);
    }
  }

  private IllegalArgumentException tooFew(long room) {
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    return new IllegalArgumentException(
        all < settings.count()
            ? String.format(Locale.ROOT, "Cannot choose %d of %d images", settings.count(), all)
            : String.format(
                Locale.ROOT,
                "Cannot choose %d of %d images at least %s km apart, found only %d: lower the count or the distance",
                settings.count(),
                all,
                settings.minDistanceKm(),
                room));
  }

  /** Asks for the candidates that are not there yet. */
  private SortedMap<SamplingUnit, Long> fetched(SortedMap<SamplingUnit, Long> shares) {
    Map<SamplingUnit, Long> wanted = new TreeMap<>();
    shares.forEach(
        (unit, share) -> {
          long best = share * settings.bestOf();
          long spare = settings.minDistanceKm() > 0 ? SPARE * depth.getOrDefault(unit, 1L) : 1;
          long size = Math.min(counts.get(unit), best * spare);
          if (size > pools.getOrDefault(unit, List.of()).size()) {
            wanted.put(unit, size);
          }
        });
    if (!wanted.isEmpty()) {
      source
          .first(wanted)
          .forEach(
              (unit, found) ->
                  pools.put(unit, found.stream().sorted(KEYED).limit(wanted.get(unit)).toList()));
      wanted.forEach(this::requireSize);
    }
    return shares;
  }

  private void requireSize(SamplingUnit unit, long size) {
    int found = pools.getOrDefault(unit, List.of()).size();
    if (found < size) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT, "%s has %d candidates, not the %d asked for", unit, found, size));
    }
  }

  private Outcome choose(SortedMap<SamplingUnit, Long> shares) {
    Spacing spacing = new Spacing(settings.minDistanceKm());
    Map<SamplingUnit, Iterator<Pooled>> left = new LinkedHashMap<>();
    SortedMap<SamplingUnit, List<Pooled>> taken = new TreeMap<>();
    shares.forEach(
        (unit, share) -> {
          if (share > 0) {
            left.put(unit, ordered(pools.get(unit), share));
            taken.put(unit, new ArrayList<>());
          }
        });
    List<PassedOver> passedOver = new ArrayList<>();
    while (!left.isEmpty()) {
      Iterator<Map.Entry<SamplingUnit, Iterator<Pooled>>> turn = left.entrySet().iterator();
      while (turn.hasNext()) {
        Map.Entry<SamplingUnit, Iterator<Pooled>> unit = turn.next();
        List<Pooled> chosen = taken.get(unit.getKey());
        boolean found = takeNext(unit.getKey(), unit.getValue(), spacing, chosen, passedOver);
        if (!found || chosen.size() == shares.get(unit.getKey())) {
          turn.remove();
        }
      }
    }
    List<Drawn> drawn = new ArrayList<>();
    taken.forEach(
        (unit, images) -> {
          for (int i = 0; i < images.size(); i++) {
            drawn.add(new Drawn(images.get(i).imageId(), unit, i + 1));
          }
        });
    return new Outcome(shares, drawn, passedOver);
  }

  private static boolean takeNext(
      SamplingUnit unit,
      Iterator<Pooled> candidates,
      Spacing spacing,
      List<Pooled> chosen,
      List<PassedOver> passedOver) {
    while (candidates.hasNext()) {
      Pooled candidate = candidates.next();
      Optional<TooClose> close = spacing.place(candidate.imageId(), candidate.point());
      if (close.isEmpty()) {
        chosen.add(candidate);
        return true;
      }
      passedOver.add(
          new PassedOver(candidate.imageId(), unit, close.get().imageId(), close.get().km()));
    }
    return false;
  }

  /** The first few by quality, all others in the keyed order. */
  private Iterator<Pooled> ordered(List<Pooled> pool, long share) {
    if (settings.bestOf() == 1) {
      return pool.iterator();
    }
    int first = (int) Math.min(pool.size(), share * settings.bestOf());
    return Stream.concat(pool.subList(0, first).stream().sorted(BEST), pool.stream().skip(first))
        .iterator();
  }
}
