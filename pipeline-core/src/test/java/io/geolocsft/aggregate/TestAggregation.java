package io.geolocsft.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestAggregation {

  private static final DistanceModel SPHERE = DistanceModel.SPHERE_6371_0088;
  private static final List<String> NAMES = Aggregation.names();
  private static final List<String> CENTRAL =
      List.of("mean", "geometric_median", "medoid", "density");

  @Test
  void nothingGivesNothing() {
    assertThat(NAMES).allSatisfy(n -> assertThat(Aggregation.of(n).aggregate(List.of())).isEmpty());
  }

  @Test
  void unknownNamesAreToldTheAllowedOnes() {
    assertThatThrownBy(() -> Aggregation.of("average"))
        .hasMessageContaining(
            "density, density_by_probability, first, first_by_probability, geometric_median");
    assertThatThrownBy(() -> Aggregation.density(0)).hasMessageContaining("(0, 20000]");
  }

  @Test
  void identicalCandidatesGiveTheirOwnCoordinates() {
    for (GeoPoint point : places(11, 200)) {
      for (String name : NAMES) {
        assertThat(aggregate(name, List.of(point, point, point)))
            .as(name)
            .isEqualTo(new Aggregate(point, 0));
      }
    }
  }

  @Test
  void singleCandidateAtAPoleOrTheAntimeridian() {
    for (String name : NAMES) {
      assertThat(aggregate(name, List.of(new GeoPoint(90, 12))).point())
          .isEqualTo(new GeoPoint(90, 12));
      assertThat(aggregate(name, List.of(new GeoPoint(-90, 180))).point())
          .isEqualTo(new GeoPoint(-90, 180));
    }
  }

  @Test
  void centersCrossTheAntimeridian() {
    List<GeoPoint> points =
        List.of(new GeoPoint(0, 179), new GeoPoint(0, -179), new GeoPoint(0, 180));
    for (String name : CENTRAL) {
      Aggregate aggregate = aggregate(name, points);
      assertThat(SPHERE.kilometers(aggregate.point(), new GeoPoint(0, 180)))
          .as(name)
          .isLessThan(0.01);
    }
  }

  @Test
  void centersCrossThePoles() {
    for (double pole : new double[] {90, -90}) {
      List<GeoPoint> points =
          IntStream.range(0, 4)
              .mapToObj(i -> new GeoPoint(Math.copySign(89, pole), 90.0 * i - 180))
              .toList();
      for (String name : List.of("mean", "geometric_median", "density")) {
        assertThat(SPHERE.kilometers(aggregate(name, points).point(), new GeoPoint(pole, 0)))
            .as("%s at %s", name, pole)
            .isLessThan(0.01);
      }
    }
  }

  @Test
  void antipodesAreNoFailure() {
    List<GeoPoint> points = List.of(new GeoPoint(0, 0), new GeoPoint(0, 180));
    for (String name : NAMES) {
      assertThat(GeoPoint.isValid(aggregate(name, points).point().latitude(), 0)).isTrue();
    }
    assertThat(aggregate("mean", points).point()).isEqualTo(new GeoPoint(0, 0));
  }

  @Test
  void majorityOutvotesFarOffAnswers() {
    GeoPoint lyon = new GeoPoint(45.76, 4.84);
    List<GeoPoint> points =
        List.of(
            new GeoPoint(-33.87, 151.21),
            lyon,
            new GeoPoint(45.77, 4.85),
            new GeoPoint(45.75, 4.83),
            new GeoPoint(40.71, -74.01));
    for (String name : List.of("geometric_median", "medoid", "density", "largest_cluster")) {
      Aggregate aggregate = aggregate(name, points);
      assertThat(SPHERE.kilometers(aggregate.point(), lyon)).as(name).isLessThan(3);
      assertThat(aggregate.radiusKm()).as(name).isLessThan(4);
    }
    assertThat(SPHERE.kilometers(aggregate("mean", points).point(), lyon)).isGreaterThan(500);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void noOtherPlaceBeatsTheGeometricMedian(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      List<GeoPoint> points = cluster(random, 2 + random.nextInt(9), 10);
      GeoPoint median = aggregate("geometric_median", points).point();
      double cost = cost(points, median);
      assertThat(cost(points, aggregate("medoid", points).point())).isGreaterThanOrEqualTo(cost);
      for (double step : new double[] {1e-3, 0.1, 1, 10}) {
        GeoPoint other = near(random, median, step);
        assertThat(cost(points, other))
            .as("seed %d case %d: %s against %s", seed, i, other, median)
            .isGreaterThan(cost - 1e-6);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6})
  void pointsAllOverTheEarthStillGiveAPointNoWorseThanACandidate(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      List<GeoPoint> points = places(seed * 1000 + i, 2 + random.nextInt(15));
      double median = cost(points, aggregate("geometric_median", points).point());
      for (GeoPoint point : points) {
        assertThat(median).as("seed %d case %d", seed, i).isLessThan(cost(points, point) + 1e-6);
      }
      for (String name : NAMES) {
        assertThat(aggregate(name, points)).as("seed %d case %d", seed, i).isNotNull();
      }
    }
  }

  @Test
  void orderDoesNotMatterToMeanAndMedian() {
    Random random = new Random(9);
    for (int i = 0; i < 50; i++) {
      List<GeoPoint> points = cluster(random, 7, 5);
      List<GeoPoint> reversed = new ArrayList<>(points);
      Collections.reverse(reversed);
      for (String name : List.of("mean", "geometric_median", "density")) {
        assertThat(
                SPHERE.kilometers(
                    aggregate(name, points).point(), aggregate(name, reversed).point()))
            .as("%s, seed 9 case %d", name, i)
            .isLessThan(0.1);
      }
    }
  }

  @Test
  void meanIsTheMiddleOfTwo() {
    GeoPoint middle = aggregate("mean", List.of(new GeoPoint(0, 10), new GeoPoint(0, 30))).point();
    assertThat(middle.latitude()).isCloseTo(0, within(1e-9));
    assertThat(middle.longitude()).isCloseTo(20, within(1e-9));
  }

  @Test
  void radiusCoversHalfOfTheWeight() {
    List<Candidate> candidates =
        List.of(
            new Candidate(new GeoPoint(0, 0), Math.log(0.4)),
            new Candidate(new GeoPoint(0, 1), Math.log(0.05)),
            new Candidate(new GeoPoint(0, 2), Math.log(0.05)),
            new Candidate(new GeoPoint(0, 3), Math.log(0.5)));
    double degree = SPHERE.kilometers(0, 0, 0, 1);
    Aggregation first = Aggregation.of("first");
    assertThat(first.aggregate(candidates).orElseThrow().radiusKm())
        .isCloseTo(degree, within(1e-6));
    assertThat(first.weighted(Weighting.PROBABILITY).aggregate(candidates).orElseThrow().radiusKm())
        .isCloseTo(2 * degree, within(1e-6));
  }

  @Test
  void probabilitiesWeigh() {
    List<Candidate> candidates =
        List.of(
            new Candidate(new GeoPoint(0, 0), -800),
            new Candidate(new GeoPoint(0, 1), -800),
            new Candidate(new GeoPoint(50, 50), -790));
    assertThat(Aggregation.of("highest_probability").aggregate(candidates).orElseThrow().point())
        .isEqualTo(new GeoPoint(50, 50));
    Aggregation medoid = Aggregation.of("medoid");
    assertThat(medoid.aggregate(candidates).orElseThrow().point().latitude()).isZero();
    assertThat(medoid.weighted(Weighting.PROBABILITY).aggregate(candidates).orElseThrow().point())
        .isEqualTo(new GeoPoint(50, 50));
  }

  @Test
  void impossibleCandidatesWeighTheSame() {
    List<Candidate> candidates =
        List.of(
            new Candidate(new GeoPoint(0, 0), Double.NEGATIVE_INFINITY),
            new Candidate(new GeoPoint(0, 2), Double.NEGATIVE_INFINITY));
    GeoPoint mean =
        Aggregation.of("mean")
            .weighted(Weighting.PROBABILITY)
            .aggregate(candidates)
            .orElseThrow()
            .point();
    assertThat(mean.longitude()).isCloseTo(1, within(1e-9));
    assertThatThrownBy(() -> new Candidate(new GeoPoint(0, 0), Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void densityFollowsTheLargerHeap() {
    List<GeoPoint> points = new ArrayList<>(cluster(new Random(1), 3, 0.2));
    GeoPoint far = new GeoPoint(-points.get(0).latitude(), points.get(0).longitude() / 2 + 90);
    for (int i = 0; i < 5; i++) {
      points.add(near(new Random(i), far, 0.3));
    }
    assertThat(SPHERE.kilometers(aggregate("density", points).point(), far)).isLessThan(100);
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void theLargestClusterIsThatOfEveryWayToSplitThem(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      List<GeoPoint> points = new ArrayList<>();
      for (int heap = 0; heap < 1 + random.nextInt(4); heap++) {
        points.addAll(cluster(random, 1 + random.nextInt(5), 2));
      }
      List<GeoPoint> largest = largestClusterByMerging(points, 200);
      GeoPoint answer = aggregate("largest_cluster", points).point();
      assertThat(largest).as("seed %d case %d", seed, i).contains(answer);
      double least = largest.stream().mapToDouble(one -> cost(largest, one)).min().orElseThrow();
      assertThat(cost(largest, answer))
          .as("seed %d case %d", seed, i)
          .isCloseTo(least, within(1e-6));
    }
  }

  /** Merges what is linked until nothing is, which takes any order. */
  private static List<GeoPoint> largestClusterByMerging(List<GeoPoint> points, double linkKm) {
    List<List<GeoPoint>> clusters = new ArrayList<>();
    points.forEach(point -> clusters.add(new ArrayList<>(List.of(point))));
    for (int i = 0; i < clusters.size(); i++) {
      for (int j = i + 1; j < clusters.size(); j++) {
        if (areLinked(clusters.get(i), clusters.get(j), linkKm)) {
          clusters.get(i).addAll(clusters.remove(j));
          i = -1;
          break;
        }
      }
    }
    return clusters.stream()
        .max(
            Comparator.<List<GeoPoint>>comparingInt(List::size)
                .thenComparing(
                    cluster -> -cluster.stream().mapToInt(points::indexOf).min().orElseThrow()))
        .orElseThrow();
  }

  private static boolean areLinked(List<GeoPoint> some, List<GeoPoint> others, double linkKm) {
    return some.stream()
        .anyMatch(
            one -> others.stream().anyMatch(other -> SPHERE.kilometers(one, other) <= linkKm));
  }

  @Test
  void ofTwoHeapsTheLargerHoldsTheAnswer() {
    for (GeoPoint heap : List.of(new GeoPoint(0, 179.9), new GeoPoint(89.9, 30))) {
      List<GeoPoint> points = new ArrayList<>();
      GeoPoint far = new GeoPoint(-heap.latitude() / 2 - 20, -90);
      for (int i = 0; i < 4; i++) {
        points.add(near(new Random(i), heap, 0.2));
      }
      for (int i = 0; i < 3; i++) {
        points.add(near(new Random(i), far, 0.2));
      }
      for (String name : List.of("density", "largest_cluster", "geometric_median", "medoid")) {
        assertThat(SPHERE.kilometers(aggregate(name, points).point(), heap))
            .as("%s at %s", name, heap)
            .isLessThan(150);
      }
    }
  }

  private static Aggregate aggregate(String name, List<GeoPoint> points) {
    return Aggregation.of(name)
        .aggregate(points.stream().map(point -> new Candidate(point, -1)).toList())
        .orElseThrow();
  }

  private static double cost(List<GeoPoint> points, GeoPoint from) {
    return points.stream().mapToDouble(point -> SPHERE.kilometers(from, point)).sum();
  }

  /** Points spread evenly over the sphere. */
  private static List<GeoPoint> places(long seed, int count) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new GeoPoint(
                    Math.toDegrees(Math.asin(random.nextDouble(-1, 1))),
                    random.nextDouble(-180, 180)))
        .toList();
  }

  private static List<GeoPoint> cluster(Random random, int count, double spread) {
    GeoPoint center = places(random.nextLong(), 1).get(0);
    return IntStream.range(0, count).mapToObj(i -> near(random, center, spread)).toList();
  }

  private static GeoPoint near(Random random, GeoPoint center, double degrees) {
    double latitude = center.latitude() + degrees * random.nextGaussian();
    double longitude = center.longitude() + degrees * random.nextGaussian();
    return new GeoPoint(Math.max(-90, Math.min(90, latitude)), Math.IEEEremainder(longitude, 360));
  }
}
