package io.geolocsft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.SmallGemma;
import io.geolocsft.tensor.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestPeftFiles {

  private static final String Q_A =
      "base_model.model.model.language_model.layers.0.self_attn.q_proj.lora_A.weight";

  @TempDir private Path folder;
  private GemmaModel model;

  @BeforeEach
  void saveAnAdapter() throws IOException {
    model = SmallGemma.random(1);
    LoraConfig config = new LoraConfig(2, 4, 0.1, List.of("q_proj", "down_proj"), true);
    try (LoraAdapter adapter = LoraAdapter.create(config, model, 5)) {
      PeftFiles.save(adapter, folder, "base", Map.of("run", "test"));
    }
  }

  @AfterEach
  void closeModel() {
    model.close();
  }

  @Test
  void savedAdapterIsReadBack() throws IOException {
    try (LoraAdapter adapter = PeftFiles.load(folder, model)) {
      assertThat(adapter.config())
          .isEqualTo(new LoraConfig(2, 4, 0.1, List.of("q_proj", "down_proj"), true));
      assertThat(adapter.settings().scale()).isEqualTo(4 / Math.sqrt(2));
      assertThat(adapter.tensors()).hasSize(2 * 2 * 2);
    }
    try (Safetensors file = Safetensors.open(folder.resolve("adapter_model.safetensors"))) {
      assertThat(file.entries()).containsKey(Q_A);
      assertThat(file.metadata()).containsEntry("run", "test").containsEntry("format", "pt");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"use_rslora\" : true | \"use_dora\" : true | use_dora",
        "\"fan_in_fan_out\" : false | \"fan_in_fan_out\" : true | fan_in_fan_out",
        "\"modules_to_save\" : null | \"modules_to_save\" : [\"lm_head\"] | modules_to_save",
        "\"modules_to_save\" : null | \"rank_pattern\" : {\"q_proj\": 4} | rank_pattern",
        "\"r\" : 2 | \"r\" : 0 | rank >= 1",
        "\"r\" : 2 | \"r\" : 2000000000 | has shape (2, 16)",
        "\"r\" : 2 | \"r\" : 2147483647 | has shape (2, 16)",
        "\"r\" : 2 | \"r\" : 4294967298 | r is 4294967298",
        "\"r\" : 2 | \"r\" : 1e999999999 | r is",
        "\"r\" : 2 | \"r\" : \"2\" | r is",
        "\"lora_alpha\" : 4.0 | \"lora_alpha\" : 1e999 | finite alpha",
        "\"lora_dropout\" : 0.1 | \"lora_dropout\" : 1.5 | dropout < 1",
        "\"r\" : 2 | \"r\" : | not valid JSON",
      })
  void unusableConfigurationIsRefused(String sound, String broken, String message)
      throws IOException {
    Path file = folder.resolve("adapter_config.json");
    String json = Files.readString(file);
    assertThat(json).contains(sound);
    Files.writeString(file, json.replace(sound, broken));
    assertRefused(message);
  }

  @ParameterizedTest
  @CsvSource({"pissa, init_lora_weights is \"pissa\"", "ia3, peft_type is \"IA3\""})
  void otherMethodsAreRefusedByTheFieldThatSaysSo(String method, String message)
      throws IOException {
    try (InputStream config = TestPeftFiles.class.getResourceAsStream(method + ".json")) {
      Files.copy(
          config, folder.resolve("adapter_config.json"), StandardCopyOption.REPLACE_EXISTING);
    }
    assertRefused(message);
  }

  private void assertRefused(String message) {
    int before = SmallGemma.liveArrays();
    assertThatThrownBy(() -> PeftFiles.load(folder, model))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(message);
    assertThat(SmallGemma.liveArrays()).isEqualTo(before);
  }

  @Test
  void missingUnexpectedAndWrongTensorsAreNamed() throws IOException {
    rewrite(tensors -> tensors.remove(Q_A));
    assertRefused("layers.0.self_attn.q_proj.lora_A.weight is missing");
    rewrite(tensors -> tensors.put(Q_A, tensors.values().iterator().next().reshape(1, -1)));
    assertRefused(Q_A + " has shape");
    rewrite(tensors -> tensors.put(Q_A.replace("layers.0", "layers.7"), tensors.get(Q_A)));
    assertRefused("layers.7.self_attn.q_proj.lora_A.weight is unexpected");
  }

  @Test
  void theFirstTenOfManyProblemsAreNamed() throws IOException {
    rewrite(
        tensors -> {
          NDArray any = tensors.values().iterator().next();
          for (int i = 0; i < 500; i++) {
            tensors.put(String.format(Locale.ROOT, "odd%03d.", i) + "x".repeat(1_000), any);
          }
        });
    assertRefused("(500 problems): odd000.");
    assertThatThrownBy(() -> PeftFiles.load(folder, model))
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(4_000));
  }

  @Test
  void theFileIsNamedWhereItsCharactersAreNone() throws IOException {
    byte[] likeUtf32 = {0, 0, (byte) 0xfe, (byte) 0xff, 1, 1, 1, 1};
    Files.write(folder.resolve("adapter_config.json"), likeUtf32);
    assertRefused("adapter_config.json is not valid JSON");
    Files.writeString(folder.resolve("adapter_config.json"), " ".repeat(2 << 20));
    assertRefused("adapter_config.json is over 1 MiB");
  }

  @Test
  void tensorOfWholeNumbersIsRefused() throws IOException {
    rewrite(
        tensors -> {
          NDArray floats = tensors.values().iterator().next();
          NDManager manager = floats.getManager();
          tensors.put(Q_A, manager.zeros(new Shape(2, 16), DataType.INT32));
        });
    assertRefused(Q_A + " has type int32");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    Files.delete(folder.resolve("adapter_config.json"));
    assertRefused("adapter_config.json is missing");
  }

  private void rewrite(Consumer<Map<String, NDArray>> change) throws IOException {
    Path path = folder.resolve("adapter_model.safetensors");
    try (NDManager scope = model.newScope()) {
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      try (Safetensors file = Safetensors.open(path)) {
        for (String name : file.entries().keySet()) {
          tensors.put(name, file.read(name, scope));
        }
      }
      change.accept(tensors);
      Safetensors.write(path, tensors, Map.of());
    }
  }
}
