package io.geolocsft.select;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.select.Leakage.Image;
import io.geolocsft.select.Leakage.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TestLeakage {

  private static final long SEED = 23;
  private static final GeoPoint HERE = new GeoPoint(10, 20);

  @Test
  void namesTheRulesInTheirOrder() {
    Leakage leakage =
        new Leakage(
            List.of(image("b", "sha", 0b1111, HERE, 7)), new Limits(2, true, 100, false, false));
    GeoPoint far = new GeoPoint(-50, 20);
    assertThat(leakage.check(image("a", "sha", 0b1111, HERE, 7)))
        .contains(Rejection.because("benchmark_copy", "same bytes as b"));
    assertThat(leakage.check(image("a", "x", 0b1100, HERE, 7)))
        .contains(new Rejection("benchmark_near_duplicate", 2.0, 2.0, "like b"));
    assertThat(leakage.check(image("a", "x", 0b1000, far, 7)))
        .contains(Rejection.because("benchmark_cell", "in one cell with b"));
    Rejection close = leakage.check(image("a", "x", 0, new GeoPoint(10, 20.5), 8)).orElseThrow();
    assertThat(close.rule()).isEqualTo("benchmark_distance");
    assertThat(close.measured()).isBetween(54.0, 55.0);
    assertThat(leakage.check(image("a", "x", 0, far, 8))).isEmpty();
  }

  @Test
  void sequencesAndAuthors() {
    Image held = new Image("b", null, null, HERE, null, "walk", "me");
    Leakage leakage = new Leakage(List.of(held), new Limits(-1, false, 0, true, true));
    GeoPoint far = new GeoPoint(-50, 20);
    assertThat(leakage.check(new Image("a", "x", 0L, far, 7L, "walk", "me")))
        .contains(Rejection.because("benchmark_sequence", "in one sequence with b"));
    assertThat(leakage.check(new Image("a", "x", 0L, far, 7L, "other", "me")))
        .contains(Rejection.because("benchmark_author", "of one author with b"));
    assertThat(leakage.check(new Image("a", "x", 0L, far, 7L, null, null))).isEmpty();
  }

  @Test
  void tellsOfAllMatches() {
    List<Image> benchmark =
        List.of(
            new Image("b1", "sha", 0b1111L, HERE, 7L, "walk", "me"),
            new Image("b2", "other", 0b1110L, new GeoPoint(10, 20.1), 7L, null, "me"),
            new Image("b3", "third", -1L, new GeoPoint(-80, 0), 9L, "drive", null));
    Leakage leakage = new Leakage(benchmark, new Limits(1, true, 50, true, true));
    List<String> found = new ArrayList<>();
    leakage.matches(
        new Image("a", "sha", 0b1111L, HERE, 7L, "walk", "me"),
        (rule, image) -> found.add(rule.word() + " " + image.imageId()));
    assertThat(found)
        .containsExactlyInAnyOrder(
            "copy b1",
            "near_duplicate b1",
            "near_duplicate b2",
            "cell b1",
            "cell b2",
            "distance b1",
            "distance b2",
            "sequence b1",
            "author b1",
            "author b2");
  }

  @Test
  void switchesOff() {
    Leakage leakage =
        new Leakage(List.of(image("b", "sha", 0, HERE, 7)), new Limits(-1, false, 0, false, false));
    assertThat(leakage.check(image("a", "x", 0, HERE, 7))).isEmpty();
    assertThat(
            new Leakage(List.of(), new Limits(4, true, 9, false, false))
                .check(image("a", "x", 0, HERE, 7)))
        .isEmpty();
  }

  @Test
  void agreesWithComparingAll() {
    Random random = new Random(SEED);
    List<Image> benchmark = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      benchmark.add(image(random, i));
    }
    Leakage leakage = new Leakage(benchmark, new Limits(3, false, 150, false, false));
    int alike = 0;
    int close = 0;
    for (int i = 0; i < 2_000; i++) {
      Image image = image(random, i);
      Optional<String> rule = leakage.check(image).map(Rejection::rule);
      boolean near =
          benchmark.stream()
              .anyMatch(b -> Long.bitCount(b.perceptualHash() ^ image.perceptualHash()) <= 3);
      boolean within =
          benchmark.stream()
              .anyMatch(
                  b -> DistanceModel.SPHERE_6371_0088.kilometers(b.point(), image.point()) < 150);
      assertThat(rule)
          .as("seed %d, image %d", SEED, i)
          .isEqualTo(
              near
                  ? Optional.of("benchmark_near_duplicate")
                  : within ? Optional.of("benchmark_distance") : Optional.empty());
      alike += near ? 1 : 0;
      close += within && !near ? 1 : 0;
    }
    assertThat(alike).isGreaterThan(50);
    assertThat(close).isGreaterThan(50);
  }

  private static Image image(String id, String sha256, long hash, GeoPoint point, long cell) {
    return new Image(id, sha256, hash, point, cell, null, null);
  }

  /** Hashes close to one another, points also around a pole and the antimeridian. */
  private static Image image(Random random, int i) {
    long hash =
        random.nextInt(300) * 0x9E3779B97F4A7C15L
            ^ 1L << random.nextInt(64)
            ^ 1L << random.nextInt(64);
    GeoPoint point =
        new GeoPoint(
            i % 3 == 0 ? random.nextDouble(80, 90) : random.nextDouble(-60, 60),
            i % 3 == 1
                ? Math.copySign(random.nextDouble(178, 180), random.nextGaussian())
                : random.nextDouble(-180, 180));
    return image("id" + i, "sha" + random.nextLong(), hash, point, i);
  }
}
