package io.geolocsft.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.geolocsft.geo.CellSystem;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.select.QuotaSampling.Drawn;
import io.geolocsft.select.QuotaSampling.Outcome;
import io.geolocsft.select.QuotaSampling.PassedOver;
import io.geolocsft.select.QuotaSampling.Pooled;
import io.geolocsft.select.QuotaSampling.Settings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestQuotaSampling {

  private static final CellSystem S2 = CellSystem.of("s2");

  /** Images of towns and of the countryside, in cells of level 5 and, by choice, three strata. */
  private static final class Catalogue {

    final Map<SamplingUnit, List<Pooled>> images = new TreeMap<>();
    final Map<String, Pooled> byId = new HashMap<>();
    int asked;

    Catalogue(long seed, int count, boolean strata) {
      Random random = new Random(seed);
      KeyedOrder order = new KeyedOrder(seed);
      for (int i = 0; i < count; i++) {
        int town = (int) (8 * random.nextDouble() * random.nextDouble());
        boolean country = random.nextInt(4) == 0;
        double lat = country ? random.nextDouble(-60, 60) : town * 10 - 40 + random.nextGaussian();
        double lon = country ? random.nextDouble(-180, 180) : town * 9 + random.nextGaussian();
        String id = "image " + i;
        Pooled image = new Pooled(id, order.of(id), random.nextDouble(), new GeoPoint(lat, lon));
        String stratum = strata ? "stratum " + Math.min(2, random.nextInt(9)) : "";
        images
            .computeIfAbsent(
                new SamplingUnit(stratum, S2.cellId(lat, lon, 5)), unused -> new ArrayList<>())
            .add(image);
        byId.put(id, image);
      }
    }

    SortedMap<SamplingUnit, Long> counts() {
      SortedMap<SamplingUnit, Long> counts = new TreeMap<>();
      images.forEach((unit, all) -> counts.put(unit, (long) all.size()));
      return counts;
    }

    /** As many as asked for and a few more, in no order. */
    Map<SamplingUnit, List<Pooled>> first(Map<SamplingUnit, Long> wanted) {
      asked++;
      Map<SamplingUnit, List<Pooled>> found = new HashMap<>();
      wanted.forEach(
          (unit, size) -> {
            List<Pooled> first =
                new ArrayList<>(
                    images.get(unit).stream()
                        .sorted(
                            Comparator.comparingLong(Pooled::key).thenComparing(Pooled::imageId))
                        .limit(size + asked)
                        .toList());
            Collections.shuffle(first, new Random(asked));
            found.put(unit, first);
          });
      return found;
    }

    Outcome draw(Settings settings) {
      return QuotaSampling.of(settings, counts(), this::first);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everyQuotaAndDistanceHolds(long seed) {
    Random random = new Random(seed);
    Catalogue catalogue = new Catalogue(seed, 1_000 + random.nextInt(3_000), seed % 2 == 0);
    Settings settings =
        new Settings(
            100 + random.nextInt(200),
            SamplingStrategy.values()[random.nextInt(4)],
            random.nextDouble(0, 1.5),
            1 + random.nextInt(4),
            seed % 3 == 0 ? 0 : random.nextDouble(1, 60));
    Outcome outcome = catalogue.draw(settings);
    String what = String.format(Locale.ROOT, "seed %d, %s", seed, settings);
    assertThat(outcome.drawn()).as(what).hasSize((int) settings.count());
    assertThat(outcome.drawn()).extracting(Drawn::imageId).as(what).doesNotHaveDuplicates();
    assertThat(outcome.quotas().values().stream().mapToLong(Long::longValue).sum())
        .as(what)
        .isEqualTo(settings.count());
    Map<SamplingUnit, List<Integer>> ranks =
        outcome.drawn().stream()
            .collect(
                Collectors.groupingBy(
                    Drawn::unit, Collectors.mapping(Drawn::rank, Collectors.toList())));
    outcome
        .quotas()
        .forEach(
            (unit, quota) -> {
              List<Integer> given = ranks.getOrDefault(unit, List.of());
              assertThat(given).as("%s of %s", unit, what).hasSize(quota.intValue());
              assertThat(new HashSet<>(given)).hasSameSizeAs(given);
              assertThat(quota).isLessThanOrEqualTo(catalogue.images.get(unit).size());
            });
    keepsDistance(catalogue, outcome, settings.minDistanceKm(), what);
  }

  private static void keepsDistance(
      Catalogue catalogue, Outcome outcome, double leastKm, String what) {
    List<GeoPoint> points =
        outcome.drawn().stream().map(image -> catalogue.byId.get(image.imageId()).point()).toList();
    for (int i = 0; i < points.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertThat(km(points.get(i), points.get(j))).as(what).isGreaterThanOrEqualTo(leastKm);
      }
    }
    Set<String> drawn = outcome.drawn().stream().map(Drawn::imageId).collect(Collectors.toSet());
    for (PassedOver passed : outcome.passedOver()) {
      assertThat(drawn).as(what).contains(passed.near()).doesNotContain(passed.imageId());
      assertThat(passed.km())
          .isLessThan(leastKm)
          .isEqualTo(
              km(
                  catalogue.byId.get(passed.imageId()).point(),
                  catalogue.byId.get(passed.near()).point()));
    }
  }

  private static double km(GeoPoint a, GeoPoint b) {
    return DistanceModel.SPHERE_6371_0088.kilometers(a, b);
  }

  /** Without quality and distance a unit gives the first of its images in the keyed order. */
  @ParameterizedTest
  @EnumSource
  void givesTheFirstInTheKeyedOrder(SamplingStrategy strategy) {
    Catalogue catalogue = new Catalogue(5, 2_000, false);
    Outcome outcome = catalogue.draw(new Settings(300, strategy, 0.75, 1, 0));
    assertThat(catalogue.asked).isEqualTo(1);
    List<SamplingUnit> units = List.copyOf(catalogue.images.keySet());
    long[] counts = units.stream().mapToLong(unit -> catalogue.images.get(unit).size()).toArray();
    double[] weights = new double[counts.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = strategy.cellWeight(counts[i], 0.75);
    }
    long[] quotas = Apportionment.of(300, weights, counts);
    List<Drawn> expected = new ArrayList<>();
    for (int i = 0; i < quotas.length; i++) {
      List<Pooled> sorted =
          catalogue.images.get(units.get(i)).stream()
              .sorted(Comparator.comparingLong(Pooled::key))
              .toList();
      for (int rank = 1; rank <= quotas[i]; rank++) {
        expected.add(new Drawn(sorted.get(rank - 1).imageId(), units.get(i), rank));
      }
    }
    assertThat(outcome.drawn()).isEqualTo(expected);
    assertThat(outcome.passedOver()).isEmpty();
  }

  @Test
  void theBestOfTheFirstFewAreDrawn() {
    Catalogue catalogue = new Catalogue(6, 2_000, false);
    Outcome plain = catalogue.draw(new Settings(200, SamplingStrategy.POPULATION, 0.75, 1, 0));
    Outcome best = catalogue.draw(new Settings(200, SamplingStrategy.POPULATION, 0.75, 5, 0));
    assertThat(best.quotas()).isEqualTo(plain.quotas());
    assertThat(quality(catalogue, plain)).isBetween(0.4, 0.6);
    assertThat(quality(catalogue, best)).isGreaterThan(0.7);
    best.quotas()
        .forEach(
            (unit, quota) -> {
              List<String> expected =
                  catalogue.images.get(unit).stream()
                      .sorted(Comparator.comparingLong(Pooled::key))
                      .limit(5 * quota)
                      .sorted(Comparator.comparingDouble(Pooled::quality).reversed())
                      .limit(quota)
                      .map(Pooled::imageId)
                      .toList();
              assertThat(best.drawn())
                  .filteredOn(image -> image.unit().equals(unit))
                  .extracting(Drawn::imageId)
                  .isEqualTo(expected);
            });
  }

  private static double quality(Catalogue catalogue, Outcome outcome) {
    return outcome.drawn().stream()
        .mapToDouble(image -> catalogue.byId.get(image.imageId()).quality())
        .average()
        .orElseThrow();
  }

  /** Strata share first: a sparse one gives as much as a dense one when all get the same. */
  @Test
  void strataShareBeforeCells() {
    Catalogue catalogue = new Catalogue(7, 4_000, true);
    Outcome outcome = catalogue.draw(new Settings(300, SamplingStrategy.UNIFORM, 0, 1, 0));
    Map<String, Long> byStratum =
        outcome.drawn().stream()
            .collect(Collectors.groupingBy(i -> i.unit().stratum(), Collectors.counting()));
    assertThat(byStratum)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("stratum 0", 100L, "stratum 1", 100L, "stratum 2", 100L));
  }

  @Test
  void saysWhenThereAreTooFew() {
    Catalogue catalogue = new Catalogue(8, 500, false);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> catalogue.draw(new Settings(501, SamplingStrategy.GEO_AWARE, 0.75, 1, 0)))
        .withMessage("Cannot choose 501 of 500 images");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> catalogue.draw(new Settings(200, SamplingStrategy.GEO_AWARE, 0.75, 1, 2_500)))
        .withMessageMatching(
            "Cannot choose 200 of 500 images at least 2500.0 km apart, found only \\d+: .*");
  }

  @Test
  void poleAndAntimeridianAreNear() {
    Spacing spacing = new Spacing(50);
    assertThat(spacing.place("a", new GeoPoint(10, 179.9))).isEmpty();
    assertThat(spacing.place("b", new GeoPoint(10, -179.9)))
        .hasValueSatisfying(close -> assertThat(close.imageId()).isEqualTo("a"));
    assertThat(spacing.place("c", new GeoPoint(89.9, 0))).isEmpty();
    assertThat(spacing.place("d", new GeoPoint(89.9, 180))).isPresent();
    assertThat(spacing.place("e", new GeoPoint(10, -179))).isEmpty();
  }
}
