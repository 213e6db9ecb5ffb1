package io.geolocsft.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.base.Splitter;
import com.google.common.io.Resources;
import io.geolocsft.geo.GeoPoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The figures and intervals of a small benchmark, as revision 2 of the stage {@code evaluate} had
 * them: their draws must stay, or no published interval could be had again.
 */
class TestFigureGolden {

  private static final List<String> MEASURED_SINCE = List.of("refusal_share", "status_share");

  private final Random random = new Random(20);
  private final List<BenchmarkImage> images = images();
  private final Map<String, Map<String, Prediction>> models = models();

  @Test
  void figuresAndIntervalsAreThoseOfBefore() throws IOException {
    List<String> lines =
        Resources.readLines(
            Resources.getResource(TestFigureGolden.class, "figures.tsv"), StandardCharsets.UTF_8);
    List<Figure> figures = figures();
    assertThat(lines).hasSize(468).hasSameSizeAs(figures);
    for (int i = 0; i < figures.size(); i++) {
      assertSame(figures.get(i), Splitter.on('\t').splitToList(lines.get(i)));
    }
  }

  private static void assertSame(Figure figure, List<String> line) {
    assertThat(
            List.of(
                figure.convention(),
                figure.slice().toString(),
                figure.model(),
                figure.metric(),
                figure.thresholdKm().isPresent()
                    ? Double.toString(figure.thresholdKm().getAsDouble())
                    : "-",
                Long.toString(figure.n())))
        .isEqualTo(
            List.of(line.get(0), line.get(1), line.get(2), line.get(3), line.get(4), line.get(8)));
    assertNear(figure.value(), line.get(5));
    assertNear(figure.interval().low(), line.get(6));
    assertNear(figure.interval().high(), line.get(7));
  }

  /** The last digits of sines differ from one processor to another. */
  private static void assertNear(double value, String before) {
    double expected = Double.parseDouble(before);
    assertThat(value).isCloseTo(expected, within(1e-9 * Math.max(1, Math.abs(expected))));
  }

  private List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    for (String name : List.of("geolocsft", "plonk")) {
      Evaluation evaluation =
          new Evaluation(
              Convention.named(name),
              new Bootstrap(100, 0.95, 42),
              name.equals("geolocsft"),
              40,
              List.of(new ModelPair("tuned", "base")));
      figures.addAll(WholeBenchmark.figures(evaluation, "photos", images, models));
    }
    return figures.stream().filter(each -> !MEASURED_SINCE.contains(each.metric())).toList();
  }

  private List<BenchmarkImage> images() {
    List<BenchmarkImage> made = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      GeoPoint truth = new GeoPoint(random.nextDouble(-80, 80), random.nextDouble(-180, 180));
      made.add(
          new BenchmarkImage(
              "image " + (1000 + i),
              truth,
              i % 7 == 0 ? Optional.empty() : Optional.of("author " + random.nextInt(40)),
              Optional.of(i % 3 == 0 ? "FR" : "TD"),
              i % 5 == 0 ? Optional.empty() : Optional.of(i % 3 == 0 ? "Europe" : "Africa"),
              OptionalDouble.of(Math.pow(10, random.nextDouble(-1, 4)))));
    }
    return made;
  }

  private Map<String, Map<String, Prediction>> models() {
    Map<String, Map<String, Prediction>> made = new TreeMap<>();
    for (String model : List.of("base", "tuned")) {
      Map<String, Prediction> answers = new HashMap<>();
      for (BenchmarkImage image : images) {
        double far = Math.pow(10, random.nextDouble(-3, model.equals("base") ? 1.8 : 1.2));
        int kind = random.nextInt(12);
        if (kind == 1) {
          answers.put(image.imageId(), Prediction.unreadable());
        } else if (kind > 1) {
          double latitude = image.truth().latitude() + (random.nextBoolean() ? far : -far);
          answers.put(
              image.imageId(),
              Prediction.at(Math.max(-90, Math.min(90, latitude)), image.truth().longitude()));
        }
      }
      made.put(model, answers);
    }
    return made;
  }
}
