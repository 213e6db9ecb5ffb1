package io.geolocsft.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.geo.GeoPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestBootstrap {

  private static final Metric.Accuracy WITHIN_200 = new Metric.Accuracy(Comparison.LESS, 200);

  @Test
  void anAccuracysIntervalIsThatOfTheBinomial() {
    // 300 right of 1000: the normal approximation gives 0.3 +- 1.96 * sqrt(0.3 * 0.7 / 1000).
    Interval interval = interval(new Bootstrap(4000, 0.95, 1), outcomes(1000, 300));
    double half = 1.96 * Math.sqrt(0.3 * 0.7 / 1000);
    assertThat(interval.low()).isCloseTo(0.3 - half, within(0.003));
    assertThat(interval.high()).isCloseTo(0.3 + half, within(0.003));
  }

  @Test
  void allRightLeavesNoDoubt() {
    assertThat(interval(new Bootstrap(100, 0.95, 1), outcomes(50, 50)))
        .isEqualTo(new Interval(1, 1));
  }

  @Test
  void theSeedDecides() {
    Outcomes outcomes = outcomes(200, 61);
    Bootstrap bootstrap = new Bootstrap(200, 0.9, 5);
    assertThat(interval(bootstrap, outcomes)).isEqualTo(interval(bootstrap, outcomes));
    assertThat(interval(bootstrap, outcomes))
        .isNotEqualTo(interval(bootstrap.withSeed(6), outcomes));
  }

  /** Of 300 samples from a known truth, the intervals must hold it about as often as they say. */
  @ParameterizedTest
  @CsvSource({"0.95, 0.90, 0.99", "0.5, 0.40, 0.60"})
  void coverage(double confidence, double atLeast, double atMost) {
    Random random = new Random(17);
    int held = 0;
    for (int trial = 0; trial < 300; trial++) {
      int right = (int) IntStream.range(0, 150).filter(row -> random.nextDouble() < 0.4).count();
      Interval interval = interval(new Bootstrap(300, confidence, trial), outcomes(150, right));
      held += interval.contains(0.4) ? 1 : 0;
    }
    assertThat(held / 300.0).isBetween(atLeast, atMost);
  }

  @Test
  void authorsWidenTheInterval() {
    // 20 authors of 50 images each; an author is right everywhere or nowhere.
    List<BenchmarkImage> images = new ArrayList<>();
    List<Prediction> predictions = new ArrayList<>();
    for (int row = 0; row < 1000; row++) {
      int author = row / 50;
      images.add(by("author " + author, row));
      predictions.add(Prediction.at(author % 2 == 0 ? 0 : 50, 0));
    }
    Outcomes outcomes = Outcomes.of(Convention.standard(), images, predictions);
    Bootstrap bootstrap = new Bootstrap(1000, 0.95, 3);
    Interval single = interval(bootstrap, outcomes, Clusters.single(1000));
    Interval clustered = interval(bootstrap, outcomes, Clusters.byAuthor(images));
    assertThat(Clusters.byAuthor(images).count()).isEqualTo(20);
    // The standard error grows by the root of the cluster's size: 0.5 / sqrt(20).
    assertThat(single.high() - single.low()).isCloseTo(2 * 1.96 * 0.0158, within(0.01));
    assertThat(clustered.high() - clustered.low()).isCloseTo(2 * 1.96 * 0.1118, within(0.06));
  }

  @Test
  void imagesOfUnknownAuthorsStandAlone() {
    List<BenchmarkImage> images =
        List.of(
            BenchmarkImage.of("a", new GeoPoint(0, 0)),
            BenchmarkImage.of("b", new GeoPoint(0, 0)),
            by("someone", 1),
            by("someone", 2));
    assertThat(Clusters.byAuthor(images).count()).isEqualTo(3);
  }

  @Test
  void aModelDoesNotDifferFromItself() {
    assertThat(difference(new Bootstrap(200, 0.95, 1), 40, 40)).isEqualTo(new Interval(0, 0));
  }

  @Test
  void pairingNarrowsTheDifference() {
    // The better model is right wherever the other is, and on 50 images more.
    Bootstrap bootstrap = new Bootstrap(2000, 0.95, 1);
    Interval difference = difference(bootstrap, 450, 400);
    double half = 1.96 * Math.sqrt(0.05 * 0.95 / 1000);
    assertThat(difference.low()).isCloseTo(0.05 - half, within(0.003));
    assertThat(difference.high()).isCloseTo(0.05 + half, within(0.003));
    assertThat(
            interval(bootstrap, outcomes(1000, 450))
                .overlaps(interval(bootstrap, outcomes(1000, 400))))
        .isTrue();
  }

  /** Of two models that are right on so many of 1,000 images. */
  private static Interval difference(Bootstrap bootstrap, int minuend, int subtrahend) {
    Evaluation evaluation =
        new Evaluation(
            Convention.standard(), bootstrap, false, 1, List.of(new ModelPair("a", "b")));
    return evaluation
        .figures(
            "photos",
            Slice.ALL,
            images(1000),
            new TreeMap<>(Map.of("a", answers(1000, minuend), "b", answers(1000, subtrahend))))
        .stream()
        .filter(figure -> figure.model().equals("a_minus_b"))
        .filter(figure -> figure.thresholdKm().equals(OptionalDouble.of(200)))
        .findFirst()
        .orElseThrow()
        .interval();
  }

  private static Interval interval(Bootstrap bootstrap, Outcomes outcomes) {
    return interval(bootstrap, outcomes, Clusters.single(outcomes.rows()));
  }

  private static Interval interval(Bootstrap bootstrap, Outcomes outcomes, Clusters clusters) {
    return bootstrap.interval(bootstrap.values(outcomes, clusters, List.of(WITHIN_200))[0]);
  }

  /** The first {@code right} of {@code rows} answers are exact, the others 50 degrees off. */
  private static Outcomes outcomes(int rows, int right) {
    List<BenchmarkImage> images = images(rows);
    Map<String, Prediction> answers = answers(rows, right);
    return Outcomes.of(
        Convention.standard(),
        images,
        images.stream().map(image -> answers.get(image.imageId())).toList());
  }

  private static List<BenchmarkImage> images(int rows) {
    return IntStream.range(0, rows).mapToObj(row -> by("", row)).toList();
  }

  private static Map<String, Prediction> answers(int rows, int right) {
    Map<String, Prediction> answers = new HashMap<>();
    for (int row = 0; row < rows; row++) {
      answers.put("image " + row, Prediction.at(row < right ? 0 : 50, 0));
    }
    return answers;
  }

  private static BenchmarkImage by(String author, int row) {
    return new BenchmarkImage(
        "image " + row,
        new GeoPoint(0, 0),
        Optional.of(author),
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty());
  }
}
