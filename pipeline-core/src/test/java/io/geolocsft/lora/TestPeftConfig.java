package io.geolocsft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fields of an adapter's configuration, one by one. */
class TestPeftConfig {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> MODULES =
      List.of(
          "language_model.model.layers.0.self_attn.q_proj",
          "language_model.model.layers.0.mlp.down_proj");

  /** As PEFT writes it. */
  private static final String PLAIN =
      """
      {"peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": "base", "r": 2,
       "lora_alpha": 4, "lora_dropout": 0.0, "use_rslora": false, "bias": "none",
       "target_modules": ".*language_model.*", "init_lora_weights": true, "use_dora": false,
       "rank_pattern": {}, "alpha_pattern": {}, "megatron_core": "megatron.core",
       "qalora_group_size": 16, "modules_to_save": null, "peft_version": "0.21.2"}
      """;

  @TempDir private Path folder;

  static List<JsonNode> cases() throws IOException {
    JsonNode cases = JSON.readTree(Resources.getResource(TestPeftConfig.class, "fields.json"));
    return StreamSupport.stream(cases.spliterator(), false).toList();
  }

  @Test
  void everyCaseIsThere() throws IOException {
    assertThat(cases()).hasSize(66);
    assertThat(cases()).filteredOn(row -> row.path("refused").isNull()).hasSize(15);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isReadOrRefusedByItsField(JsonNode row) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(PLAIN);
    json.setAll((ObjectNode) row.path("fields"));
    Path file = folder.resolve("adapter_config.json");
    Files.writeString(file, json.toString());
    if (row.path("refused").isNull()) {
      assertThat(PeftConfig.read(folder).adapter(MODULES))
          .isEqualTo(new LoraConfig(2, 4, 0, List.of("q_proj", "down_proj"), false));
    } else {
      assertThatThrownBy(() -> PeftConfig.read(folder).adapter(MODULES))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("%s: %s is ".formatted(file, row.path("refused").asText()));
    }
  }
}
