package io.geolocsft.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.evaluate.GeoScore.Form;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Counted answers against the same answers one by one. */
class TestTally {

  private static final GeoPoint ORIGIN = new GeoPoint(0, 0);

  /** Some images and what a model answered. */
  private record Made(List<BenchmarkImage> images, List<Prediction> predictions) {

    static Made of(Random random, int rows) {
      List<BenchmarkImage> images = new ArrayList<>();
      List<Prediction> predictions = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        GeoPoint truth = new GeoPoint(random.nextDouble(-89, 89), random.nextDouble(-180, 180));
        images.add(image(row, truth, "author " + random.nextInt(rows / 3 + 1)));
        predictions.add(prediction(random, truth));
      }
      return new Made(images, predictions);
    }

    private static Prediction prediction(Random random, GeoPoint truth) {
      double far = Math.pow(10, random.nextDouble(-6, 1.9));
      return switch (random.nextInt(8)) {
        case 0 -> Prediction.NONE;
        case 1 -> Prediction.unreadable();
        case 2 -> new Prediction(Optional.of(truth), "lenient");
        case 3 -> new Prediction(Optional.of(truth), "strict", areas(random));
        case 4 -> new Prediction(Optional.empty(), Prediction.REFUSED, areas(random));
        default ->
            Prediction.at(
                Math.max(-90, truth.latitude() - far), Math.max(-180, truth.longitude() - far));
      };
    }

    private static AreaMatch areas(Random random) {
      return AreaMatch.ofCode(random.nextInt(AreaMatch.COUNT));
    }

    Outcomes one(Convention convention) {
      return Outcomes.of(convention, images, predictions);
    }

    TallyPart part(Convention convention) {
      AnswerBins bins = new AnswerBins(convention);
      TallyPart part = new TallyPart(bins);
      for (int row = 0; row < images.size(); row++) {
        TallyPart.add(
            bins,
            group(images.get(row)),
            images.get(row).truth(),
            predictions.get(row),
            List.of(part));
      }
      return part;
    }

    Tally tally(Convention convention) {
      AnswerBins bins = new AnswerBins(convention);
      Tally tally = new Tally(bins);
      for (int row = 0; row < images.size(); row++) {
        int group = group(images.get(row));
        tally.add(group, images.get(row).truth(), predictions.get(row));
      }
      return tally;
    }
  }

  private static int group(BenchmarkImage image) {
    return image.author().orElseThrow().hashCode() & (Tally.GROUPS - 1);
  }

  private static BenchmarkImage image(int row, GeoPoint truth, String author) {
    return new BenchmarkImage(
        "image " + row,
        truth,
        Optional.of(author),
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty());
  }

  private static double value(Metric metric, Tally tally) {
    return tally.value(metric);
  }

  @ParameterizedTest
  @MethodSource("io.geolocsft.evaluate.Convention#names")
  void everyMetricIsThatOfTheImages(String name) {
    Convention convention = Convention.named(name);
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Made made = Made.of(random, 1 + random.nextInt(400));
      Tally tally = made.tally(convention);
      for (Metric metric : Metric.all(convention, made.one(convention))) {
        double one = TestMetric.value(metric, made.one(convention));
        double counted = value(metric, tally);
        if (metric instanceof Metric.ErrorQuantile quantile) {
          assertQuantile(counted, quantile, made.one(convention), seed);
        } else if (Double.isNaN(one)) {
          assertThat(counted).isNaN();
        } else {
          boolean isShare = metric.name().endsWith("_share") || metric.name().endsWith("accuracy");
          assertThat(counted)
              .as("%s, seed %s", metric, seed)
              .isCloseTo(one, within(isShare ? 0 : 1e-5));
        }
      }
    }
  }

  /** It lies between the order statistics that it lies between among images, up to a bin. */
  private static void assertQuantile(
      double counted, Metric.ErrorQuantile metric, Outcomes one, int seed) {
    if (one.counted() == 0) {
      assertThat(counted).isNaN();
      return;
    }
    double position = (one.counted() - 1) * metric.quantile();
    double below = one.distanceKm(one.nearest((int) position));
    double above = one.distanceKm(one.nearest((int) Math.ceil(position)));
    assertThat(counted)
        .as("%s, seed %s", metric, seed)
        .isBetween(
            below / (1 + DistanceBins.WIDTH) - 0.01, above * (1 + DistanceBins.WIDTH) + 0.01);
  }

  @ParameterizedTest
  @CsvSource({"LESS", "LESS_OR_EQUAL"})
  void aDistanceEqualToAThresholdIsOnItsRightSide(Comparison comparison) {
    double threshold = DistanceModel.SPHERE_6371.kilometers(ORIGIN, new GeoPoint(0, 2));
    Convention convention =
        new Convention(
            "exact",
            List.of(0.005, threshold, 20_099.0),
            comparison,
            DistanceModel.SPHERE_6371,
            GeoScore.of(Form.EXACT),
            MissingPrediction.miss());
    Made at = new Made(List.of(image(0, ORIGIN, "a")), List.of(Prediction.at(0, 2)));
    assertThat(value(new Metric.Accuracy(comparison, threshold), at.tally(convention)))
        .isEqualTo(comparison == Comparison.LESS ? 0 : 1);
    Made none = new Made(List.of(image(0, ORIGIN, "a")), List.of(Prediction.at(0, 0)));
    assertThat(value(new Metric.Accuracy(comparison, 0.005), none.tally(convention))).isEqualTo(1);
    assertThat(value(new Metric.MeanError(), none.tally(convention))).isZero();
  }

  @ParameterizedTest
  @CsvSource({"LESS", "LESS_OR_EQUAL"})
  void everyEdgeAndItsNeighboursFallIntoTheirBins(Comparison comparison) {
    DistanceBins bins = DistanceBins.of(Convention.USUAL_THRESHOLDS_KM, comparison);
    assertThat(bins.count()).isBetween(2_900, 2_930);
    for (int bin = 1; bin < bins.count(); bin++) {
      double edge = bins.nearKm(bin);
      assertThat(bins.of(Math.nextDown(edge))).isEqualTo(bin - 1);
      assertThat(bins.of(edge)).isEqualTo(comparison == Comparison.LESS ? bin : bin - 1);
      assertThat(bins.of(Math.nextUp(edge))).isEqualTo(bin);
    }
    assertThat(bins.of(0)).isZero();
    assertThat(bins.of(99_999)).isEqualTo(bins.count() - 1);
  }

  @Test
  void partsInAnyOrderAreTheWhole() {
    Convention convention = Convention.standard();
    Random random = new Random(3);
    Made made = Made.of(random, 3_000);
    for (int parts : new int[] {1, 2, 7, 100}) {
      List<byte[]> counted = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        int begin = made.images().size() * part / parts;
        int end = made.images().size() * (part + 1) / parts;
        counted.add(
            new Made(made.images().subList(begin, end), made.predictions().subList(begin, end))
                .part(convention)
                .toBytes());
      }
      Collections.shuffle(counted, random);
      Tally merged = new Tally(new AnswerBins(convention));
      counted.forEach(merged::merge);
      // The statuses may be numbered otherwise: what is told of them must be the same.
      assertThat(figures(merged)).isEqualTo(figures(made.tally(convention)));
    }
  }

  @Test
  void poissonsIntervalsAreThoseOfTheDraws() {
    Convention convention = Convention.standard();
    Made made = Made.of(new Random(5), 20_000);
    Bootstrap bootstrap = new Bootstrap(2_000, 0.95, 1);
    List<Metric> metrics = Metric.all(convention);
    double[][] exact =
        bootstrap.values(made.one(convention), Clusters.byAuthor(made.images()), metrics);
    Tally tally = made.tally(convention);
    PoissonGroups groups = tally.groups();
    double[][] poisson = bootstrap.values(tally.outcomes(groups), groups, metrics);
    for (int i = 0; i < metrics.size(); i++) {
      Interval one = bootstrap.interval(exact[i]);
      Interval other = bootstrap.interval(poisson[i]);
      double width = one.high() - one.low();
      // Bins end where distances are below 10 m.
      double noise = 0.12 * width + 0.002 * Math.abs(one.high()) + 0.01;
      assertThat(other.low()).as("%s", metrics.get(i)).isCloseTo(one.low(), within(noise));
      assertThat(other.high()).as("%s", metrics.get(i)).isCloseTo(one.high(), within(noise));
    }
  }

  @Test
  void drawsArePoissonsAndDependOnSeedResampleAndGroup() {
    int[] times = new int[8];
    for (int sample = 0; sample < 1000; sample++) {
      for (int group = 0; group < 1000; group++) {
        times[Math.min(7, PoissonGroups.times(42, sample, group))]++;
      }
    }
    double chance = 1 / Math.E;
    for (int k = 0; k < 7; k++) {
      assertThat(times[k] / 1e6).isCloseTo(chance, within(0.003));
      chance /= k + 1;
    }
    assertThat(IntStream.range(0, 50).map(i -> PoissonGroups.times(42, i, 0)).toArray())
        .isNotEqualTo(IntStream.range(0, 50).map(i -> PoissonGroups.times(43, i, 0)).toArray())
        .isNotEqualTo(IntStream.range(0, 50).map(i -> PoissonGroups.times(42, i, 1)).toArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"geolocsft", "plonk", "navig", "g3"})
  void nothingButMissingAnswers(String name) {
    Convention convention = Convention.named(name);
    Made made =
        new Made(
            IntStream.range(0, 30).mapToObj(row -> image(row, ORIGIN, "one")).toList(),
            Collections.nCopies(30, Prediction.NONE));
    Evaluation evaluation =
        new Evaluation(convention, new Bootstrap(20, 0.95, 1), true, 1, List.of());
    List<Figure> figures =
        evaluation.figures(
            "photos", Slice.ALL, List.of(new Tally.OfModel("base", made.tally(convention))));
    // One author: there is nothing to draw, and so no doubt.
    assertThat(figures).isNotEmpty();
    assertThat(figures)
        .allSatisfy(
            figure ->
                assertThat(figure.interval())
                    .isEqualTo(new Interval(figure.value(), figure.value())));
    assertThat(figures)
        .anySatisfy(
            figure -> {
              assertThat(figure.metric()).isEqualTo("missing_share");
              assertThat(figure.value()).isEqualTo(1);
              assertThat(figure.n()).isEqualTo(30);
              assertThat(figure.resampling()).isEqualTo("poisson");
            });
  }

  @Test
  void smallSlicesAreLeftOutAndDifferencesAreOfTheFigures() {
    Convention convention = Convention.standard();
    Made base = Made.of(new Random(8), 500);
    Made tuned = new Made(base.images(), Made.of(new Random(9), 500).predictions());
    List<Tally.OfModel> tallies =
        List.of(
            new Tally.OfModel("base", base.tally(convention)),
            new Tally.OfModel("tuned", tuned.tally(convention)));
    Evaluation evaluation =
        new Evaluation(
            convention,
            new Bootstrap(50, 0.95, 1),
            true,
            501,
            List.of(new ModelPair("tuned", "base")));
    assertThat(evaluation.figures("photos", new Slice("region", "Africa"), tallies)).isEmpty();
    List<Figure> figures = evaluation.figures("photos", Slice.ALL, tallies);
    int models = figures.size() / 3;
    for (int i = 0; i < models; i++) {
      assertThat(figures.get(2 * models + i).value())
          .isCloseTo(figures.get(models + i).value() - figures.get(i).value(), within(1e-9));
      assertThat(figures.get(2 * models + i).metric()).isEqualTo(figures.get(i).metric());
    }
  }

  private static List<Double> figures(Tally tally) {
    return Metric.all(Convention.standard()).stream().map(metric -> value(metric, tally)).toList();
  }
}
