package io.geolocsft.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.failure.ConfigException;
import io.geolocsft.generate.Sampling;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever would end a stage later is refused while the configuration is read. */
class TestSettingBounds {

  /** A wrong setting, the path that is to be named, and its right neighbour. */
  private record Bound(String wrong, String path, String right) {}

  private static final List<Bound> BOUNDS =
      List.of(
          new Bound("infer.temperature=-0.1", "infer.temperature", "infer.temperature=0"),
          new Bound("infer.top_p=0", "infer.top_p", "infer.top_p=0.01"),
          new Bound("infer.top_p=1.01", "infer.top_p", "infer.top_p=1"),
          new Bound("infer.top_k=-1", "infer.top_k", "infer.top_k=0"),
          new Bound("infer.models=[]", "infer.models", "infer.models=[base]"),
          new Bound("infer.models=[base, base]", "infer.models.1", "infer.models=[tuned, base]"),
          new Bound("infer.max_new_tokens=3", "infer.max_new_tokens", "infer.max_new_tokens=64"),
          new Bound("sft.alpha=0", "sft.alpha", "sft.alpha=0.5"),
          new Bound("sft.alpha=1e-400", "sft.alpha", "sft.alpha=4096"),
          new Bound("sft.learning_rate=0", "sft.learning_rate", "sft.learning_rate=1e-9"),
          new Bound("sft.beta1=1", "sft.beta1", "sft.beta1=0"),
          new Bound("sft.beta2=1", "sft.beta2", "sft.beta2=0.9999"),
          new Bound("sft.epsilon=0", "sft.epsilon", "sft.epsilon=1e-30"),
          new Bound("sft.epsilon=1e-60", "sft.epsilon", "sft.epsilon=1"),
          new Bound("sft.target_modules=[]", "sft.target_modules", "sft.target_modules=[q_proj]"),
          new Bound(
              "sft.target_modules=[q_proj, q_proj]",
              "sft.target_modules.1",
              "sft.target_modules=[q_proj, v_proj]"),
          new Bound("sft.dropout=1", "sft.dropout", "sft.dropout=0.9"),
          new Bound("sft.mlflow_uri=http://:5000", "sft.mlflow_uri", "sft.mlflow_uri="),
          new Bound(
              "sft.mlflow_uri=https://", "sft.mlflow_uri", "sft.mlflow_uri=http://[::1]:5000/a"),
          new Bound(
              "sft.mlflow_uri=http://host:port",
              "sft.mlflow_uri",
              "sft.mlflow_uri=http://my_host:5000"),
          new Bound("sft.mlflow_experiment= ", "sft.mlflow_experiment", "sft.mlflow_experiment=x"),
          new Bound("sft.adapter=none", "model.dtype", "sft.adapter=lora"),
          new Bound(
              "evaluate.thresholds_km=[]", "evaluate.thresholds_km", "evaluate.thresholds_km=[1]"),
          new Bound(
              "evaluate.thresholds_km=[1, 1]",
              "evaluate.thresholds_km.1",
              "evaluate.thresholds_km=[25, 1]"),
          new Bound(
              "evaluate.thresholds_km=[0]",
              "evaluate.thresholds_km.0",
              "evaluate.thresholds_km=[0.001]"),
          new Bound(
              "evaluate.conventions=[g3, g3]", "evaluate.conventions.1", "evaluate.conventions=[]"),
          new Bound(
              "evaluate.references=[mean_point, mean_point]",
              "evaluate.references.1",
              "evaluate.references=[]"),
          new Bound("evaluate.missing=0 km", "evaluate.missing", "evaluate.missing=1 km"),
          new Bound("evaluate.confidence=1", "evaluate.confidence", "evaluate.confidence=0.999"),
          new Bound(
              "select.rules.earliest_date=2015-02-30",
              "select.rules.earliest_date",
              "select.rules.earliest_date=2016-02-29"),
          new Bound(
              "select.rules.latest_date=2015-13-01",
              "select.rules.latest_date",
              "select.rules.latest_date=2015-12-31"),
          new Bound(
              "select.rules.max_brightness=9", "select.rules", "select.rules.max_brightness=10"),
          new Bound(
              "select.density_strata=[]", "select.density_strata", "select.density_strata=[5]"),
          new Bound(
              "select.density_strata=[0, 5]",
              "select.density_strata.0",
              "select.density_strata=[0.1, 5]"),
          new Bound(
              "select.density_strata=[5, 1]",
              "select.density_strata",
              "select.density_strata=[1, 5]"),
          new Bound(
              "select.block_leakage=[cell, cell]",
              "select.block_leakage.1",
              "select.block_leakage=[]"),
          new Bound("holdout.max_density=0", "holdout.max_density", "holdout.max_density=0.5"),
          new Bound(
              "ingest.columns.captured_at_pattern=bbb",
              "ingest.columns.captured_at_pattern",
              "ingest.columns.captured_at_pattern=dd.MM.yyyy HH:mm"),
          new Bound(
              "ingest.columns.captured_at_pattern=HH:mm",
              "ingest.columns.captured_at_pattern",
              "ingest.columns.captured_at_pattern=yyyyMMdd"),
          new Bound("ingest.images=", "ingest.images", "ingest.table="),
          new Bound("ingest.images=a\0b", "ingest.images", "ingest.images=a b"),
          new Bound("model.path=", "model.path", "model.path=x"),
          new Bound("bin.countries=", "bin.countries", "bin.admin1="),
          new Bound("bin.places=", "bin.places", "bin.density="),
          new Bound("bin.cell_system=grid:0x5", "bin.cell_system", "bin.level=0"),
          new Bound(
              "bin.cell_system=quadtree:1,2",
              "bin.cell_system",
              "bin.cell_system=quadtree:-10,-20,10,20"),
          new Bound("examples.decimals=9", "examples.decimals", "examples.decimals=8"),
          new Bound(
              "benchmarks=[{name: x, images: a}, {name: x, images: b}]",
              "benchmarks",
              "benchmarks=[{name: x, images: a}, {name: y, images: a}]"));

  static Stream<Arguments> bounds() {
    return BOUNDS.stream().map(bound -> Arguments.of(bound.wrong, bound.path, bound.right));
  }

  @ParameterizedTest
  @MethodSource("bounds")
  void aWrongSettingIsRefusedWithItsPathAndItsNeighbourTaken(
      String wrong, String path, String right) {
    assertThatThrownBy(() -> ConfigFixture.with(wrong))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has 1 problem:")
        .hasMessageContaining("\n  " + path + ": ");
    assertThatCode(() -> ConfigFixture.with(right)).doesNotThrowAnyException();
  }

  @Test
  void manyAreListed() {
    assertThat(BOUNDS).hasSizeGreaterThanOrEqualTo(25);
  }

  @Test
  void temperatureZeroIsGreedy() {
    assertThat(ConfigFixture.with("infer.temperature=0").infer().sampling().candidates())
        .isEqualTo(1);
    assertThatThrownBy(() -> ConfigFixture.with("infer.temperature=0", "infer.candidates=2"))
        .hasMessageContaining("infer.temperature: Temperature 0.0 is greedy, and 2 candidates");
    assertThatThrownBy(() -> new Sampling(2, 0, 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void datesInTheWrongOrderAreRefused() {
    assertThatThrownBy(
            () ->
                ConfigFixture.with(
                    "select.rules.earliest_date=2016-01-02", "select.rules.latest_date=2016-01-01"))
        .hasMessageContaining("select.rules: earliest_date 2016-01-02");
    assertThatCode(
            () ->
                ConfigFixture.with(
                    "select.rules.earliest_date=2016-01-01", "select.rules.latest_date=2016-01-01"))
        .doesNotThrowAnyException();
  }

  @Test
  void openBoundsAreTold() {
    assertThatThrownBy(() -> ConfigFixture.with("sft.beta1=1"))
        .hasMessageContaining("allowed: a number of at least 0 and below 1");
    assertThatThrownBy(() -> ConfigFixture.with("sft.alpha=0"))
        .hasMessageContaining("allowed: a number above 0 and of at most 4096");
  }
}
