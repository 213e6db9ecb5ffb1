package io.geolocsft.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.geo.GeoPoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestEvaluation {

  private static final Evaluation EVALUATION =
      new Evaluation(
          Convention.standard(),
          new Bootstrap(200, 0.95, 9),
          false,
          3,
          List.of(new ModelPair("tuned", "base"), new ModelPair("tuned", "absent")));

  private static final List<BenchmarkImage> IMAGES =
      List.of(
          image("a", 10, "FR", "Europe", 50),
          image("b", 12, "FR", "Europe", 5),
          image("c", 14, "FR", "Europe", 5),
          image("d", -45, "AU", "Oceania", 5),
          image("e", -46, "AU", "Oceania", 0.1));

  private static final Map<String, Prediction> EXACT =
      Map.of(
          "a", Prediction.at(10, 0),
          "b", Prediction.at(12, 0),
          "c", Prediction.at(14, 0),
          "d", Prediction.at(-45, 0));

  private static final Map<String, Prediction> ZERO =
      Map.of("a", Prediction.at(0, 0), "e", Prediction.unreadable());

  @Test
  void everyImageStaysInTheDenominator() {
    List<Figure> figures = figures(Map.of("tuned", EXACT));
    Figure accuracy = find(figures, "tuned", "all", "accuracy", 1);
    assertThat(accuracy.value()).isEqualTo(0.8);
    assertThat(accuracy.n()).isEqualTo(5);
    assertThat(accuracy.convention()).isEqualTo("geolocsft");
    assertThat(accuracy.interval().contains(0.8)).isTrue();
    assertThat(find(figures, "tuned", "all", "missing_share").value())
        .isCloseTo(0.2, within(1e-12));
  }

  @Test
  void slicesAreCutAndSmallOnesLeftOut() {
    List<Figure> figures = figures(Map.of("tuned", EXACT));
    assertThat(figures.stream().map(figure -> figure.slice().toString()).distinct())
        .containsExactly(
            "all",
            "region=Europe",
            "country=FR",
            "population_density=1 to 10",
            "latitude=0 to 30N");
    assertThat(find(figures, "tuned", "region=Europe", "accuracy", 1).value()).isEqualTo(1);
    assertThat(find(figures, "tuned", "population_density=1 to 10", "accuracy", 1).n())
        .isEqualTo(3);
  }

  @Test
  void theDifferenceIsOfTheFigures() {
    List<Figure> figures = figures(Map.of("tuned", EXACT, "base", ZERO));
    for (String metric : List.of("mean_error_km", "mean_geoscore", "parse_failure_share")) {
      assertThat(find(figures, "tuned_minus_base", "all", metric).value())
          .isCloseTo(
              find(figures, "tuned", "all", metric).value()
                  - find(figures, "base", "all", metric).value(),
              within(1e-9));
    }
    assertThat(figures).noneMatch(figure -> figure.model().contains("absent"));
  }

  @Test
  void aSlicesFiguresDoNotDependOnTheOtherModels() {
    List<Figure> alone = figures(Map.of("tuned", EXACT));
    Map<String, Map<String, Prediction>> both = new HashMap<>(Map.of("base", ZERO));
    both.put("tuned", EXACT);
    assertThat(figures(both)).containsAll(alone);
  }

  @Test
  void answersForOtherImagesAreRefused() {
    assertThatThrownBy(
            () ->
                EVALUATION.figures(
                    "world", Slice.ALL, IMAGES, Map.of("tuned", Map.of("other", Prediction.NONE))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("tuned", "other", "world");
  }

  @Test
  void repeatedImagesAreRefused() {
    List<BenchmarkImage> repeated = List.of(IMAGES.get(0), IMAGES.get(0));
    assertThatThrownBy(() -> EVALUATION.figures("world", Slice.ALL, repeated, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("repeat");
  }

  @ParameterizedTest
  @CsvSource({
    "-90, 90S to 60S",
    "-60, 60S to 30S",
    "-0.1, 30S to 0",
    "0, 0 to 30N",
    "59.9, 30N to 60N",
    "60, 60N to 90N",
    "90, 60N to 90N",
  })
  void latitudeBands(double latitude, String band) {
    assertThat(SliceDimension.LATITUDE.of(latitude)).contains(new Slice("latitude", band));
  }

  @ParameterizedTest
  @CsvSource({
    "0, below 1",
    "1, 1 to 10",
    "99.9, 10 to 100",
    "100, 100 to 1000",
    "1000, above 1000",
  })
  void densityBands(double density, String band) {
    assertThat(SliceDimension.POPULATION_DENSITY.of(density))
        .contains(new Slice("population_density", band));
  }

  @Test
  void whatIsUnknownIsNotSliced() {
    assertThat(SliceDimension.usual()).hasSize(4);
    assertThat(SliceDimension.usual())
        .allSatisfy(dimension -> assertThat(dimension.of(null)).isEmpty());
  }

  private static List<Figure> figures(Map<String, Map<String, Prediction>> models) {
    return WholeBenchmark.figures(EVALUATION, "world", IMAGES, models);
  }

  private static Figure find(List<Figure> figures, String model, String slice, String metric) {
    return figures.stream()
        .filter(figure -> figure.model().equals(model))
        .filter(figure -> figure.slice().toString().equals(slice))
        .filter(figure -> figure.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  private static Figure find(
      List<Figure> figures, String model, String slice, String metric, double km) {
    return find(
        figures.stream()
            .filter(figure -> figure.thresholdKm().equals(OptionalDouble.of(km)))
            .toList(),
        model,
        slice,
        metric);
  }

  private static BenchmarkImage image(
      String id, double latitude, String country, String region, double density) {
    return new BenchmarkImage(
        id,
        new GeoPoint(latitude, 0),
        Optional.empty(),
        Optional.of(country),
        Optional.of(region),
        OptionalDouble.of(density));
  }
}
