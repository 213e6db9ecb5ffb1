package io.geolocsft.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.evaluate.GeoScore.Form;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestMetric {

  /** One degree along a meridian of the 6371 km sphere. */
  private static final double DEGREE_KM = Math.PI * 6371 / 180;

  private static final BenchmarkImage ORIGIN = BenchmarkImage.of("a", new GeoPoint(0, 0));

  @Test
  void knownAnswers() {
    // Errors of 0, 1, 2 and 10 degrees and one answer that cannot be read.
    Outcomes outcomes =
        outcomes(
            Convention.named("osv5m"),
            Prediction.at(0, 0),
            Prediction.at(2, 0),
            Prediction.at(-1, 0),
            Prediction.at(10, 0),
            Prediction.unreadable());
    assertThat(accuracy(outcomes, Comparison.LESS, 1)).isEqualTo(1 / 5.0);
    assertThat(accuracy(outcomes, Comparison.LESS, 200)).isEqualTo(2 / 5.0);
    assertThat(accuracy(outcomes, Comparison.LESS, 2500)).isEqualTo(4 / 5.0);
    assertThat(value(new Metric.MeanError(), outcomes))
        .isCloseTo((0 + 1 + 2 + 10 + 180) * DEGREE_KM / 5, within(1e-6));
    assertThat(value(new Metric.ErrorQuantile("median", 0.5), outcomes))
        .isCloseTo(2 * DEGREE_KM, within(1e-6));
    // Position 4 * 0.9 = 3.6 between 10 and 180 degrees.
    assertThat(value(new Metric.ErrorQuantile("p90", 0.9), outcomes))
        .isCloseTo((10 + 0.6 * 170) * DEGREE_KM, within(1e-6));
    assertThat(value(new Metric.MissingShare(), outcomes)).isEqualTo(0.2);
    assertThat(value(new Metric.ParseFailureShare(), outcomes)).isEqualTo(0.2);
    double score =
        IntStream.of(0, 1, 2, 10)
                .mapToDouble(degrees -> 5000 * Math.exp(-degrees * DEGREE_KM / 1492.7))
                .sum()
            / 5;
    assertThat(value(new Metric.MeanGeoScore(), outcomes)).isCloseTo(score, within(1e-6));
  }

  @Test
  void aDroppedImageLeavesTheDenominatorButNotTheMissingShare() {
    Prediction[] predictions = {Prediction.at(1, 0), Prediction.NONE, Prediction.NONE};
    Outcomes dropped = outcomes(Convention.named("plonk"), predictions);
    assertThat(accuracy(dropped, Comparison.LESS, 200)).isEqualTo(1);
    assertThat(dropped.counted()).isEqualTo(1);
    assertThat(value(new Metric.MissingShare(), dropped)).isEqualTo(2 / 3.0);
    assertThat(value(new Metric.ParseFailureShare(), dropped)).isZero();
    Outcomes missed = outcomes(Convention.standard(), predictions);
    assertThat(accuracy(missed, Comparison.LESS, 200)).isEqualTo(1 / 3.0);
  }

  @Test
  void nothingCountedHasNoValue() {
    Outcomes outcomes = outcomes(Convention.named("plonk"), Prediction.NONE);
    assertThat(accuracy(outcomes, Comparison.LESS, 200)).isNaN();
    assertThat(value(new Metric.MeanError(), outcomes)).isNaN();
    assertThat(value(new Metric.ErrorQuantile("median", 0.5), outcomes)).isNaN();
  }

  @Test
  void theThresholdItselfIsWithinOnlyForLessOrEqual() {
    Convention fixed =
        new Convention(
            "fixed",
            List.of(200.0),
            Comparison.LESS,
            DistanceModel.SPHERE_6371,
            GeoScore.of(Form.EXACT),
            MissingPrediction.fixedDistance(200));
    Outcomes outcomes = outcomes(fixed, Prediction.NONE);
    assertThat(accuracy(outcomes, Comparison.LESS, 200)).isZero();
    assertThat(accuracy(outcomes, Comparison.LESS_OR_EQUAL, 200)).isEqualTo(1);
  }

  /** A weight is a number of copies: weighing and copying the rows must agree, for every metric. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aWeightIsANumberOfCopies(long seed) {
    Random random = new Random(seed);
    Convention convention = Convention.named(seed % 2 == 0 ? "plonk" : "pigeon");
    int rows = 1 + random.nextInt(30);
    List<BenchmarkImage> images = images(random, rows);
    List<Prediction> predictions = predictions(random, rows);
    double[] weights = IntStream.range(0, rows).mapToDouble(row -> random.nextInt(4)).toArray();

    List<BenchmarkImage> copiedImages = new ArrayList<>();
    List<Prediction> copiedPredictions = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      for (int copy = 0; copy < weights[row]; copy++) {
        copiedImages.add(images.get(row));
        copiedPredictions.add(predictions.get(row));
      }
    }
    Outcomes outcomes = Outcomes.of(convention, images, predictions);
    Outcomes copies = Outcomes.of(convention, copiedImages, copiedPredictions);
    for (Metric metric : Metric.all(convention)) {
      double weighed = metric.value(outcomes.weighted(weights));
      double copied = value(metric, copies);
      if (Double.isNaN(copied)) {
        assertThat(weighed).as("%s, seed %s", metric, seed).isNaN();
      } else {
        assertThat(weighed).as("%s, seed %s", metric, seed).isCloseTo(copied, within(1e-6));
      }
    }
  }

  /** Against the definition of NumPy's default, written out over a sorted array. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.25, 0.5, 0.75, 0.9, 1})
  void quantileIsOfTypeSeven(double quantile) {
    Random random = new Random(7);
    List<BenchmarkImage> images = images(random, 41);
    List<Prediction> predictions =
        images.stream()
            .map(image -> Prediction.at(random.nextDouble(-90, 90), random.nextDouble(-180, 180)))
            .toList();
    Outcomes outcomes = Outcomes.of(Convention.standard(), images, predictions);
    double[] sorted = IntStream.range(0, 41).mapToDouble(outcomes::distanceKm).sorted().toArray();
    double position = 40 * quantile;
    int lower = (int) Math.floor(position);
    double expected =
        sorted[lower] + (position - lower) * (sorted[Math.min(40, lower + 1)] - sorted[lower]);
    assertThat(value(new Metric.ErrorQuantile("q", quantile), outcomes))
        .isCloseTo(expected, within(1e-9));
  }

  @Test
  void accuracyGrowsWithTheThreshold() {
    Random random = new Random(11);
    Convention convention = Convention.named("pigeon");
    Outcomes outcomes = Outcomes.of(convention, images(random, 200), predictions(random, 200));
    List<Double> accuracies =
        Metric.all(convention).stream()
            .filter(metric -> metric.thresholdKm().isPresent())
            .map(metric -> value(metric, outcomes))
            .collect(Collectors.toList());
    assertThat(accuracies).hasSize(10).isSorted();
  }

  @Test
  void namesAreThoseOfTheTable() {
    List<String> names =
        Metric.all(Convention.standard()).stream().map(Metric::name).distinct().toList();
    assertThat(names)
        .containsExactly(
            "accuracy",
            "mean_error_km",
            "median_error_km",
            "p25_error_km",
            "p75_error_km",
            "p90_error_km",
            "mean_geoscore",
            "missing_share",
            "parse_failure_share",
            "refusal_share");
    assertThat(
            Metric.all(Convention.standard()).stream()
                .map(Metric::thresholdKm)
                .filter(OptionalDouble::isPresent)
                .map(OptionalDouble::getAsDouble))
        .isEqualTo(Convention.USUAL_THRESHOLDS_KM);
  }

  static double value(Metric metric, Outcomes outcomes) {
    double[] ones = new double[outcomes.rows()];
    Arrays.fill(ones, 1);
    return metric.value(outcomes.weighted(ones));
  }

  static List<BenchmarkImage> images(Random random, int rows) {
    return IntStream.range(0, rows)
        .mapToObj(
            row ->
                BenchmarkImage.of(
                    "image " + row,
                    new GeoPoint(random.nextDouble(-90, 90), random.nextDouble(-180, 180))))
        .toList();
  }

  static List<Prediction> predictions(Random random, int rows) {
    return IntStream.range(0, rows).mapToObj(row -> prediction(random)).toList();
  }

  private static Prediction prediction(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> Prediction.NONE;
      case 1 -> Prediction.unreadable();
      default -> Prediction.at(random.nextDouble(-90, 90), random.nextDouble(-180, 180));
    };
  }

  private static double accuracy(Outcomes outcomes, Comparison comparison, double km) {
    return value(new Metric.Accuracy(comparison, km), outcomes);
  }

  private static Outcomes outcomes(Convention convention, Prediction... predictions) {
    return Outcomes.of(
        convention,
        IntStream.range(0, predictions.length).mapToObj(row -> ORIGIN).toList(),
        List.of(predictions));
  }
}
