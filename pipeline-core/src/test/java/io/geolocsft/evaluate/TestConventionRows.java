package io.geolocsft.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.geo.GeoPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Judges random pairs of points and every edge case by every named convention, for {@code
 * check_conventions.py} to compare with what it computes itself, see {@code run/test conventions}.
 */
class TestConventionRows {

  private static final Path ROWS = Path.of("target/conventions.tsv");
  private static final int RANDOM_PAIRS = 10_000;

  /** One degree on the default sphere, in km. */
  private static final double DEGREE_KM = Math.PI * 6371.0088 / 180;

  private record Pair(GeoPoint truth, Optional<GeoPoint> answer) {}

  @Test
  void everyConventionJudgesEveryPair() throws IOException {
    List<Pair> pairs = pairs();
    List<String> lines = new ArrayList<>();
    lines.add("convention\ttruth\t\tanswer\t\tkm\twithin\tscore");
    for (String name : Convention.names().toList()) {
      Convention convention = Convention.named(name);
      pairs.forEach(pair -> lines.add(line(convention, pair)));
    }
    Files.write(ROWS, lines);
    assertThat(lines).hasSize(1 + 10 * pairs.size());
    assertThat(pairs).hasSizeGreaterThan(RANDOM_PAIRS + 100);
  }

  private static String line(Convention convention, Pair pair) {
    Prediction prediction =
        pair.answer()
            .map(point -> new Prediction(Optional.of(point), "strict"))
            .orElse(Prediction.NONE);
    double km = convention.distanceKm(pair.truth(), prediction);
    boolean isDropped = Double.isNaN(km);
    return String.join(
        "\t",
        convention.name(),
        Double.toString(pair.truth().latitude()),
        Double.toString(pair.truth().longitude()),
        pair.answer().map(point -> Double.toString(point.latitude())).orElse(""),
        pair.answer().map(point -> Double.toString(point.longitude())).orElse(""),
        isDropped ? "" : Double.toString(km),
        isDropped ? "" : within(convention, km),
        isDropped ? "" : Double.toString(convention.score(km, prediction.isMissing())));
  }

  private static String within(Convention convention, double km) {
    return convention.thresholdsKm().stream()
        .map(threshold -> convention.comparison().within(km, threshold) ? "1" : "0")
        .collect(Collectors.joining());
  }

  private static List<Pair> pairs() {
    Random random = new Random(17);
    List<Pair> pairs = new ArrayList<>(edges(random));
    for (int i = 0; i < RANDOM_PAIRS; i++) {
      GeoPoint truth = point(random);
      GeoPoint answer = i % 2 == 0 ? point(random) : near(random, truth);
      pairs.add(new Pair(truth, i % 20 == 0 ? Optional.empty() : Optional.of(answer)));
    }
    return pairs;
  }

  /** The same place, antipodes and almost, poles, the antimeridian, and thresholds. */
  private static List<Pair> edges(Random random) {
    List<Pair> pairs = new ArrayList<>();
    double[] latitudes = {-90, -89.999999, -45, -1e-9, 0, 1e-9, 30, 89.999999, 90};
    double[] longitudes = {-180, -179.999999, -90, 0, 1e-9, 90, 179.999999, 180};
    for (double latitude : latitudes) {
      for (double longitude : longitudes) {
        GeoPoint truth = new GeoPoint(latitude, longitude);
        pairs.add(new Pair(truth, Optional.of(truth)));
        pairs.add(new Pair(truth, Optional.of(antipode(truth))));
        pairs.add(new Pair(truth, Optional.of(new GeoPoint(-latitude, longitude))));
        pairs.add(new Pair(truth, Optional.of(new GeoPoint(latitude, -longitude))));
        pairs.add(new Pair(truth, Optional.of(point(random))));
        pairs.add(new Pair(truth, Optional.empty()));
      }
    }
    for (double km : new double[] {1, 5, 10, 25, 50, 100, 200, 750, 1000, 2500}) {
      // The last digits of the distance differ from one Earth to another: on all sides of it.
      for (int ulps = -3; ulps <= 3; ulps++) {
        double degrees = km / DEGREE_KM * (1 + ulps * 0x1p-52);
        pairs.add(new Pair(new GeoPoint(0, 0), Optional.of(new GeoPoint(degrees, 0))));
        pairs.add(new Pair(new GeoPoint(0, 179), Optional.of(wrapped(0, 179 + degrees))));
      }
    }
    return pairs;
  }

  private static GeoPoint antipode(GeoPoint point) {
    return wrapped(-point.latitude(), point.longitude() + 180);
  }

  private static GeoPoint wrapped(double latitude, double longitude) {
    return new GeoPoint(latitude, longitude > 180 ? longitude - 360 : longitude);
  }

  private static GeoPoint point(Random random) {
    double latitude = Math.toDegrees(Math.asin(random.nextDouble(-1, 1)));
    return new GeoPoint(latitude, random.nextDouble(-180, 180));
  }

  /** From a metre to some 5,000 km away. */
  private static GeoPoint near(Random random, GeoPoint point) {
    double off = Math.pow(10, random.nextDouble(-5, 1.5));
    double turn = random.nextDouble(2 * Math.PI);
    double latitude = point.latitude() + off * Math.sin(turn);
    double longitude = point.longitude() + off * Math.cos(turn);
    return new GeoPoint(Math.max(-90, Math.min(90, latitude)), Math.IEEEremainder(longitude, 360));
  }
}
