package io.geolocsft.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.geolocsft.config.ConfigFixture;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.Interval;
import io.geolocsft.evaluate.Slice;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TestModelCard {

  private static JsonNode frontMatter(String card) throws IOException {
    assertThat(card).startsWith("---\n");
    return new YAMLMapper().readTree(card.substring(4, card.indexOf("\n---\n")));
  }

  @Test
  void hubsReadItsFrontMatter() throws IOException {
    String odd = "models/gemma: \"3\" #1 Größe";
    PipelineConfig config = ConfigFixture.with("model.path=" + odd);
    JsonNode adapter = frontMatter(ModelCard.tuned(config).text());
    assertThat(adapter.path("base_model").asText()).isEqualTo("gemma: \"3\" #1 Größe");
    assertThat(adapter.path("library_name").asText()).isEqualTo("peft");
    assertThat(adapter.path("tags")).hasSize(3);
    assertThat(adapter.path("tags").get(0).asText())
        .isEqualTo("base_model:adapter:gemma: \"3\" #1 Größe");
    PipelineConfig whole = ConfigFixture.with("sft.adapter=none", "model.dtype=float32");
    assertThat(frontMatter(ModelCard.tuned(whole).text()).path("library_name").asText())
        .isEqualTo("transformers");
  }

  @Test
  void settingsAndFiguresAreInIt() {
    PipelineConfig config = ConfigFixture.with("run.name=a-b", "select.count=2700", "sft.rank=8");
    assertThat(ModelCard.tuned(config).text())
        .contains("# `a-b`\n", "on 2,700 geotagged images", "| `sft.rank` | `8` |")
        .doesNotContain("Evaluation", "sft.ranks");
    List<Figure> figures =
        List.of(
            figure("base", "accuracy", OptionalDouble.of(750), 0.125, Slice.ALL),
            figure("tuned", "accuracy", OptionalDouble.of(750), 0.25, new Slice("country", "DZ")),
            figure("tuned", "accuracy", OptionalDouble.of(750), 0.5, Slice.ALL),
            figure("tuned", "mean_geoscore", OptionalDouble.empty(), 2500, Slice.ALL));
    assertThat(ModelCard.tuned(config).with(figures).text())
        .contains("### photos\n")
        .contains("| within 750 km | 12.5 % (6.3 % to 25.0 %) | 50.0 % (25.0 % to 100.0 %) |\n")
        .contains("| mean GeoScore |  | 2500 (1250 to 5000) |\n");
  }

  @Test
  void aModelThatWasRewardedSaysSo() {
    PipelineConfig config = ConfigFixture.with("grpo.epochs=2");
    List<Figure> figures =
        List.of(
            figure("tuned", "mean_geoscore", OptionalDouble.empty(), 2500, Slice.ALL),
            figure("rewarded", "mean_geoscore", OptionalDouble.empty(), 3000, Slice.ALL));
    assertThat(ModelCard.rewarded(config).with(figures).text())
        .contains("answers about them are worth (GRPO)", "REWARDED)", "| `grpo.epochs` | `2` |")
        .contains("| | tuned | rewarded |\n|---|---|---|\n")
        .contains("| mean GeoScore | 2500 (1250 to 5000) | 3000 (1500 to 6000) |\n")
        .doesNotContain("grpo.rollout_batch_size");
    assertThat(ModelCard.tuned(config).text()).doesNotContain("grpo", "GRPO");
  }

  private static Figure figure(
      String model, String metric, OptionalDouble thresholdKm, double value, Slice slice) {
    return new Figure(
        "photos",
        model,
        "custom",
        metric,
        thresholdKm,
        Optional.empty(),
        slice,
        value,
        new Interval(value / 2, value * 2),
        "exact",
        OptionalDouble.empty(),
        100);
  }
}
