package io.geolocsft.gemma.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.Resources;
import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All spellings of the rotary settings, by make_rotary.py. */
class TestRotarySettings {

  static List<JsonNode> cases() throws IOException {
    JsonNode cases =
        new ObjectMapper().readTree(Resources.getResource(TestRotarySettings.class, "rotary.json"));
    return StreamSupport.stream(cases.spliterator(), false).toList();
  }

  @Test
  void everyCaseIsThere() throws IOException {
    assertThat(cases()).hasSize(41);
    assertThat(cases()).filteredOn(row -> row.path("refused").isNull()).hasSize(18);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isReadAsTransformersReadsItOrRefused(JsonNode row) {
    ConfigSection text = new ConfigSection(row.path("text_config"), "text_config.");
    if (row.path("refused").isNull()) {
      JsonNode expected = row.path("transformers");
      assertThat(RotarySettings.of(text))
          .isEqualTo(
              new RotarySettings(
                  expected.path(0).doubleValue(),
                  expected.path(1).doubleValue(),
                  expected.path(2).doubleValue()));
    } else {
      assertThatThrownBy(() -> RotarySettings.of(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("text_config." + row.path("refused").asText() + " is ");
    }
  }
}
