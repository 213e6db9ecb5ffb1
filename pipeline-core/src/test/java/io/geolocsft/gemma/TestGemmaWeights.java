package io.geolocsft.gemma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestGemmaWeights {

  private static final String SHARD = "model-00002-of-00003.safetensors";

  @TempDir private Path folder;

  @BeforeEach
  void copyShards() throws IOException {
    GoldenCase.copyModel("sharded", folder);
  }

  @Test
  void shardsThatHoldEveryTensorFit() throws IOException {
    GemmaWeights.check(folder, GemmaConfig.read(folder));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ | { , | model.safetensors.index.json is no valid JSON",
        "weight_map | weights | model.safetensors.index.json lists no shard",
        "model-00002-of-00003 | ../model-00002-of-00003 | no plain file name",
        "model-00002-of-00003 | model-00004-of-00003 | model-00004-of-00003.safetensors', which is missing",
      })
  void anIndexThatLiesIsRefused(String sound, String broken, String message) throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    String json = Files.readString(index);
    assertThat(json).contains(sound);
    Files.writeString(index, json.replace(sound, broken));
    assertRefused(message);
  }

  @Test
  void missingTensorsAreCountedAndTheFirstNamed() throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(
        index, Files.readString(index).replace(SHARD, "model-00001-of-00003.safetensors"));
    assertRefused("problems): ");
    assertRefused("is missing");
  }

  @Test
  void theVisionHashFollowsTheTowerAlone() {
    try (GemmaModel first = SmallGemma.random(1);
        GemmaModel again = SmallGemma.random(1);
        GemmaModel other = SmallGemma.random(2)) {
      String hash = first.weights().visionHash();
      assertThat(hash).matches("[0-9a-f]{64}").isEqualTo(again.weights().visionHash());
      assertThat(other.weights().visionHash()).isNotEqualTo(hash);
      change(again, "language_model.model.norm.weight");
      assertThat(again.weights().visionHash()).isEqualTo(hash);
      change(again, "multi_modal_projector.mm_soft_emb_norm.weight");
      assertThat(again.weights().visionHash()).isNotEqualTo(hash);
    }
  }

  private static void change(GemmaModel model, String tensor) {
    model.weights().tensors().get(tensor).addi(1);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> GemmaWeights.check(folder, GemmaConfig.read(folder)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(message);
  }
}
