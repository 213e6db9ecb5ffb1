package io.geolocsft.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GoldenCase;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.PeftFiles;
import io.geolocsft.parity.ChangedGolden.Change;
import io.geolocsft.parity.Finding.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Equal to transformers and PEFT on small random models, and told where it is not. The files are
 * made by src/test/python/make_goldens.py.
 */
class TestParityCheck {

  private static final Set<String> WITH_GRADIENTS =
      Set.of("text_only", "long", "image_two", "image_ragged", "newer", "loud");

  /** Two images, gradients, logits in bfloat16: everything that a file can have. */
  private static final GoldenCase FULL = named("image_two");

  @TempDir private Path folder;

  static List<GoldenCase> cases() {
    return GoldenCase.all();
  }

  static List<GoldenCase> bfloat16Cases() {
    return List.of(named("text_only"), named("image_two"), named("newer"), named("loud"));
  }

  private static GoldenCase named(String name) {
    return cases().stream().filter(golden -> golden.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void everyCaseIsRead() {
    assertThat(cases())
        .extracting(GoldenCase::name)
        .containsExactly(
            "text_only",
            "ragged",
            "long",
            "image_one",
            "image_two",
            "image_ragged",
            "sharded",
            "newer",
            "loud");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyOutputEqualsTheReference(GoldenCase golden) throws IOException {
    Map<Output, Verdict> expected = new EnumMap<>(Output.class);
    for (Output output : Output.values()) {
      boolean vision = output == Output.VISION_FEATURES || output == Output.IMAGE_FEATURES;
      boolean absent =
          (vision && golden.images() == 0)
              || (output == Output.GRADIENTS && !WITH_GRADIENTS.contains(golden.name()));
      expected.put(output, absent ? Verdict.ABSENT : Verdict.EQUAL);
    }
    assertThat(verdicts(golden, golden.path())).isEqualTo(expected);
  }

  private static Map<Output, Verdict> verdicts(GoldenCase golden, Path file) throws IOException {
    Map<Output, Verdict> verdicts = new EnumMap<>(Output.class);
    for (Finding finding : findings(golden, file)) {
      Output output =
          Arrays.stream(Output.values())
              .filter(o -> o.tensor().equals(finding.output()))
              .findFirst()
              .orElseThrow();
      verdicts.put(output, finding.verdict());
    }
    return verdicts;
  }

  private static List<Finding> findings(GoldenCase golden, Path path) throws IOException {
    GoldenFile file = GoldenFile.open(path, GemmaConfig.read(golden.modelFolder()));
    try (GemmaModel model = GemmaModel.load(golden.modelFolder(), Device.cpu(), DataType.FLOAT32);
        LoraAdapter adapter = PeftFiles.load(golden.adapterFolder(), model)) {
      return new ParityCheck(file, model, Optional.of(adapter)).findings();
    }
  }

  /** Rounding to bfloat16 moves our logits about as far as it moves theirs. */
  @ParameterizedTest
  @MethodSource("bfloat16Cases")
  void bfloat16IsAsNearToFloat32AsInTransformers(GoldenCase golden) throws IOException {
    Finding finding = bfloat16(golden, golden.path());
    assertThat(finding.verdict()).isEqualTo(Verdict.EQUAL);
    // The command allows 1.5 times their distance, these small models keep to 1.1.
    assertThat(finding.difference()).isBetween(1e-4, finding.tolerance() * 1.1 / 1.5);
  }

  private static Finding bfloat16(GoldenCase golden, Path path) throws IOException {
    GoldenFile file = GoldenFile.open(path, GemmaConfig.read(golden.modelFolder()));
    try (GemmaModel model =
        GemmaModel.load(golden.modelFolder(), Device.cpu(), DataType.BFLOAT16)) {
      List<Finding> findings = new ParityCheck(file, model, Optional.empty()).findings();
      assertThat(findings).hasSize(1);
      return findings.get(0);
    }
  }

  @Test
  void logitsFartherThanTheReferenceInBfloat16AreFound() throws IOException {
    Path path =
        changed(tensors -> tensors.put("logits_bfloat16", tensors.get("logits").add(1e-4f)));
    assertThat(bfloat16(FULL, path).verdict()).isEqualTo(Verdict.DIFFERENT);
    Path without = changed(tensors -> tensors.remove("logits_bfloat16"));
    assertThat(bfloat16(FULL, without).verdict()).isEqualTo(Verdict.ABSENT);
  }

  @ParameterizedTest
  @EnumSource(
      value = Output.class,
      names = {"GREEDY_TOKENS", "GRADIENTS"},
      mode = EnumSource.Mode.EXCLUDE)
  void anOutputThatDiffersIsFound(Output output) throws IOException {
    float change = (float) (3 * tolerance(output));
    assertOnlyDiffers(
        output, tensors -> tensors.compute(output.tensor(), (name, values) -> values.add(change)));
    assertOnlyDiffers(
        output, tensors -> tensors.compute(output.tensor(), (name, values) -> values.mul(0 / 0f)));
  }

  private static double tolerance(Output output) throws IOException {
    return findings(FULL, FULL.path()).stream()
        .filter(finding -> finding.output().equals(output.tensor()))
        .findFirst()
        .orElseThrow()
        .tolerance();
  }

  @Test
  void oneGradientOfManyIsFoundAndNamed() throws IOException {
    Path path =
        changed(
            tensors -> {
              String name =
                  tensors.keySet().stream()
                      .filter(key -> key.contains("layers.3.mlp.up_proj.lora_B"))
                      .findFirst()
                      .orElseThrow();
              tensors.compute(name, (key, values) -> values.mul(1.01f));
            });
    assertThat(findings(FULL, path))
        .filteredOn(finding -> finding.verdict() == Verdict.DIFFERENT)
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.output()).isEqualTo("gradient");
              assertThat(finding.difference()).isBetween(0.009, 0.011);
              assertThat(finding.note()).contains("layers.3.mlp.up_proj.lora_B");
            });
  }

  @Test
  void aTokenMayDifferOnlyWhereEitherWouldDo() throws IOException {
    double tolerance = tolerance(Output.LOGITS);
    Change otherToken = tensors -> set(tensors, "greedy_tokens", 5);
    assertOnlyDiffers(Output.GREEDY_TOKENS, otherToken);
    Path tie =
        changed(
            tensors -> {
              otherToken.apply(tensors);
              set(tensors, "greedy_margins", (float) tolerance);
            });
    assertThat(verdicts(FULL, tie)).containsEntry(Output.GREEDY_TOKENS, Verdict.EQUAL);
    Path clear =
        changed(
            tensors -> {
              otherToken.apply(tensors);
              set(tensors, "greedy_margins", (float) (3 * tolerance));
            });
    assertThat(verdicts(FULL, clear)).containsEntry(Output.GREEDY_TOKENS, Verdict.DIFFERENT);
  }

  @Test
  void tokensThatAreAllTiesAreSaidNotToBeCompared() throws IOException {
    Path ties =
        changed(tensors -> tensors.compute("greedy_margins", (name, all) -> all.zerosLike()));
    assertThat(findings(FULL, ties))
        .filteredOn(finding -> finding.verdict() != Verdict.EQUAL)
        .singleElement()
        .satisfies(finding -> assertThat(finding.output()).isEqualTo("greedy_tokens"))
        .satisfies(finding -> assertThat(finding.verdict()).isEqualTo(Verdict.NOT_COMPARED));
  }

  /** Where transformers' own rounding moves an output far, ours may too. */
  @Test
  void aLongerYardstickAllowsMore() throws IOException {
    double tolerance = tolerance(Output.LOGITS);
    Change far =
        tensors -> tensors.compute("logits", (name, all) -> all.add((float) (3 * tolerance)));
    Change longer =
        tensors -> {
          far.apply(tensors);
          tensors.compute("yardstick.logits", (name, length) -> length.mul(10));
        };
    assertThat(verdicts(FULL, changed(far))).containsEntry(Output.LOGITS, Verdict.DIFFERENT);
    assertThat(verdicts(FULL, changed(longer))).containsEntry(Output.LOGITS, Verdict.EQUAL);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsAbsentSaysWhy(GoldenCase golden) throws IOException {
    assertThat(findings(golden, golden.path()))
        .filteredOn(finding -> finding.verdict() == Verdict.ABSENT)
        .allSatisfy(
            finding ->
                assertThat(finding.note())
                    .isEqualTo(
                        finding.output().equals("gradient")
                            ? "not in the golden file"
                            : "the model cannot read images"));
  }

  private static void set(Map<String, NDArray> tensors, String name, Number value) {
    tensors.get(name).set(new NDIndex("0, 3"), value);
  }

  private void assertOnlyDiffers(Output output, Change change) throws IOException {
    Map<Output, Verdict> expected = new EnumMap<>(Output.class);
    Arrays.stream(Output.values()).forEach(other -> expected.put(other, Verdict.EQUAL));
    expected.put(output, Verdict.DIFFERENT);
    assertThat(verdicts(FULL, changed(change))).isEqualTo(expected);
  }

  private Path changed(Change change) throws IOException {
    return ChangedGolden.write(FULL, folder.resolve("changed.safetensors"), change);
  }

  @Test
  void withoutAnAdapterItsOutputsAreSaidNotToBeCompared() throws IOException {
    try (GemmaModel model = GemmaModel.load(FULL.modelFolder(), Device.cpu(), DataType.FLOAT32)) {
      assertThat(new ParityCheck(FULL.open(), model, Optional.empty()).findings())
          .hasSize(Output.values().length)
          .filteredOn(finding -> finding.verdict() == Verdict.NOT_COMPARED)
          .extracting(Finding::output)
          .containsExactly("adapter_logits", "adapter_loss", "gradient");
    }
  }

  @Test
  void gradientsThroughDropoutAreSaidNotToBeCompared() throws IOException {
    Path weights = FULL.adapterFolder().resolve("adapter_model.safetensors");
    Files.copy(weights, folder.resolve("adapter_model.safetensors"));
    String config = Files.readString(FULL.adapterFolder().resolve("adapter_config.json"));
    String dropping = config.replace("\"lora_dropout\": 0.0", "\"lora_dropout\": 0.1");
    assertThat(dropping).isNotEqualTo(config);
    Files.writeString(folder.resolve("adapter_config.json"), dropping);
    try (GemmaModel model = GemmaModel.load(FULL.modelFolder(), Device.cpu(), DataType.FLOAT32);
        LoraAdapter adapter = PeftFiles.load(folder, model)) {
      assertThat(new ParityCheck(FULL.open(), model, Optional.of(adapter)).findings())
          .filteredOn(finding -> finding.verdict() != Verdict.EQUAL)
          .singleElement()
          .satisfies(finding -> assertThat(finding.output()).isEqualTo("gradient"))
          .satisfies(finding -> assertThat(finding.note()).isEqualTo("the adapter has dropout"));
    }
  }

  @Test
  void gradientsOfAnotherAdapterAreAnError() throws IOException {
    Path path =
        changed(
            tensors ->
                tensors.keySet().removeIf(name -> name.matches("gradient.*layers\\.3.*lora_A.*")));
    assertThatThrownBy(() -> findings(FULL, path))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("changed.safetensors")
        .hasMessageContaining("are not of the adapter's");
  }
}
