package io.geolocsft.gemma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.tensor.Bfloat16;
import io.geolocsft.tensor.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        "{ | { , | model.safetensors.index.json is not valid JSON",
        "weight_map | weights | model.safetensors.index.json lists no shard",
        "model-00002-of-00003 | ../model-00002-of-00003 | not a plain file name",
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

  @ParameterizedTest
  @CsvSource({
    "multimodal, lm_head.weight",
    "multimodal, language_model.lm_head.weight",
    "multimodal, model.lm_head.weight",
    "newer, lm_head.weight",
    "text, lm_head.weight",
    "text, model.lm_head.weight",
  })
  void anOutputHeadThatIsTheEmbeddingIsRead(String kind, String head) throws IOException {
    MoreFiles.deleteDirectoryContents(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    GoldenCase.copyModel(kind, folder);
    addTensor(head, false);
    GemmaConfig config = GemmaConfig.read(folder);
    GemmaWeights.check(folder, config);
    try (GemmaWeights weights = GemmaWeights.load(folder, config, Device.cpu(), DataType.FLOAT32)) {
      assertThat(weights.tensors()).hasSameSizeAs(new TensorNames(config).shapes());
    }
    MoreFiles.deleteDirectoryContents(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    GoldenCase.copyModel(kind, folder);
    addTensor(head, true);
    assertRefused(head + " differs from the embedding");
    assertRefused("(1 problems)");
  }

  /** The embedding under another name, or the same with another last word. */
  private void addTensor(String name, boolean changed) throws IOException {
    Path path = folder.resolve("model.safetensors");
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      try (Safetensors file = Safetensors.open(path)) {
        for (String stored : file.entries().keySet()) {
          tensors.put(stored, file.read(stored, manager));
        }
      }
      NDArray embedding =
          tensors.entrySet().stream()
              .filter(tensor -> tensor.getKey().endsWith("embed_tokens.weight"))
              .findFirst()
              .orElseThrow()
              .getValue();
      tensors.put(name, changed ? changed(embedding) : embedding);
      Safetensors.write(path, tensors, Map.of());
    }
  }

  private static NDArray changed(NDArray embedding) {
    NDArray copy = Bfloat16.convert(embedding, DataType.FLOAT32).duplicate();
    copy.set(new NDIndex("-1, -1"), 7);
    return Bfloat16.convert(copy, Bfloat16.typeOf(embedding));
  }

  @Test
  void theStoredTypeHoldsEveryTensor() throws IOException {
    assertThat(GemmaWeights.storedType(folder)).isEqualTo(DataType.FLOAT32);
    for (String kind : List.of("text", "newer")) {
      MoreFiles.deleteDirectoryContents(folder, RecursiveDeleteOption.ALLOW_INSECURE);
      GoldenCase.copyModel(kind, folder);
      assertThat(GemmaWeights.storedType(folder))
          .isEqualTo(kind.equals("text") ? DataType.FLOAT16 : DataType.BFLOAT16);
    }
  }

  /** transformers leaves {@code model.} out where it saves a model without its output head. */
  @Test
  void textOnlyNamesMayLackTheirPrefix() throws IOException {
    GoldenCase.copyModel("text", Files.createDirectory(folder.resolve("text")));
    TensorNames names = new TensorNames(GemmaConfig.read(folder.resolve("text")));
    assertThat(names.canonical("embed_tokens.weight")).isEqualTo(names.embedding());
    assertThat(names.canonical("model.embed_tokens.weight")).isEqualTo(names.embedding());
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
