package io.geolocsft.parity;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.geolocsft.gemma.GoldenCase;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.parity.ChangedGolden.Change;
import io.geolocsft.tensor.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** TestParityCheck reads the sound files. */
class TestGoldenFile {

  /** Two images in one row of a model with 64 words. */
  private static final GoldenCase SOUND = GoldenCase.all().get(4);

  @TempDir private Path folder;

  static Stream<Arguments> changes() {
    return Stream.of(
        change("no tokens", t -> t.remove("input_ids"), "lacks the tensor 'input_ids'"),
        change("no labels", t -> t.remove("labels"), "lacks the tensor 'labels'"),
        change(
            "tokens are no integers",
            t -> t.computeIfPresent("input_ids", (n, a) -> a.toType(DataType.FLOAT32, true)),
            "'input_ids' has type float32"),
        change("one row too many", t -> repeat(t, "labels"), "'labels' has shape (2, 30)"),
        change("flat logits", t -> flatten(t, "logits"), "'logits' has shape (1920)"),
        change("long loss", t -> t.put("loss", t.get("prompt_lengths")), "'loss' has shape (1)"),
        change("one image too many", t -> repeat(t, "pixel_values"), "'vision_features' has shape"),
        change("no image", t -> t.remove("pixel_values"), "'vision_features' has shape"),
        change("image tokens", t -> set(t, "input_ids", 2, 62), "9 image tokens, but its 2 images"),
        change("token beyond", t -> set(t, "input_ids", 2, 64), "token 64 of 'input_ids'"),
        change("negative token", t -> set(t, "input_ids", 2, -1), "token -1 of 'input_ids'"),
        change("answer beyond", t -> set(t, "greedy_tokens", 0, 64), "token 64 of 'greedy_tokens'"),
        change("label beyond", t -> set(t, "labels", 26, 64), "label 64"),
        change("no target", t -> t.get("labels").set(new NDIndex(":"), -100), "no target token"),
        change("left padding", t -> set(t, "attention_mask", 0, 0), "padded on the right"),
        change("no prompt", t -> t.get("prompt_lengths").set(new NDIndex("0"), 0), "says 0 of"),
        change("long prompt", t -> t.get("prompt_lengths").set(new NDIndex("0"), 31), "says 31 of"),
        change("no logits", t -> t.remove("logits"), "lacks the tensor 'logits'; make it again"),
        change("no features", t -> t.remove("image_features"), "lacks the tensor 'image_feat"),
        change("no yardstick", t -> t.remove("yardstick.loss"), "lacks the number 'yardstick.l"),
        change("no gradient's", TestGoldenFile::forgetOne, "lacks the number 'yardstick.grad"),
        change(
            "yardstick no number",
            t -> t.computeIfPresent("yardstick.logits", (n, a) -> a.mul(Float.NaN)),
            "'yardstick.logits' is NaN"),
        change("no margins", t -> t.remove("greedy_margins"), "without greedy_margins"));
  }

  private static Arguments change(String name, Change change, String message) {
    return Arguments.of(name, change, message);
  }

  private static void set(Map<String, NDArray> tensors, String name, int at, long value) {
    tensors.get(name).set(new NDIndex("0, " + at), value);
  }

  private static void repeat(Map<String, NDArray> tensors, String name) {
    tensors.compute(name, (key, array) -> array.concat(array.get(new NDIndex("0:1")), 0));
  }

  private static void forgetOne(Map<String, NDArray> tensors) {
    tensors.remove(
        tensors.keySet().stream()
            .filter(name -> name.startsWith("yardstick.gradient."))
            .findFirst()
            .orElseThrow());
  }

  private static void flatten(Map<String, NDArray> tensors, String name) {
    tensors.compute(name, (key, array) -> array.reshape(new Shape(-1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void whatDoesNotFitIsNamed(String name, Change change, String message) throws IOException {
    Path path = ChangedGolden.write(SOUND, folder.resolve("lying.safetensors"), change);
    assertThatThrownBy(() -> GoldenFile.open(path, GemmaConfig.read(SOUND.modelFolder())))
        .as(name)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("lying.safetensors: ")
        .hasMessageContaining(message);
  }

  @Test
  void aFileOfAnotherModelIsRefused() {
    GoldenCase text = GoldenCase.all().get(0);
    assertThatThrownBy(() -> GoldenFile.open(SOUND.path(), GemmaConfig.read(text.modelFolder())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the model cannot read images");
    assertThatThrownBy(() -> GoldenFile.open(text.path(), wider(text)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tensor 'logits' has shape (1, 21, 64)")
        .hasMessageContaining("for the model it would be (1, 21, 65)");
  }

  private GemmaConfig wider(GoldenCase golden) throws IOException {
    String json = Files.readString(golden.modelFolder().resolve("config.json"));
    Files.writeString(
        folder.resolve("config.json"), json.replace("\"vocab_size\": 64", "\"vocab_size\": 65"));
    return GemmaConfig.read(folder);
  }

  @Test
  void anotherFormatIsRefused() {
    Path model = SOUND.modelFolder().resolve("model.safetensors");
    assertThatThrownBy(() -> GoldenFile.open(model, GemmaConfig.read(SOUND.modelFolder())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its format is pt, not geolocsft-golden-2");
  }

  @Test
  void aFileWithoutYardsticksIsRefusedWithTheRemedy() throws IOException {
    Path old = folder.resolve("old.safetensors");
    try (NDManager scope = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        Safetensors file = Safetensors.open(SOUND.path())) {
      NDArray ids = file.read("input_ids", scope);
      Safetensors.write(old, Map.of("input_ids", ids), Map.of("format", "geolocsft-golden-1"));
    }
    assertThatThrownBy(() -> GoldenFile.open(old, GemmaConfig.read(SOUND.modelFolder())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("old.safetensors: ")
        .hasMessageContaining("make it again with make_goldens.py");
  }
}
