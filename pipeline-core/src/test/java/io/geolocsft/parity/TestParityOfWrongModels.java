package io.geolocsft.parity;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GoldenCase;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.PeftFiles;
import io.geolocsft.parity.Checkpoint.Change;
import io.geolocsft.parity.Finding.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One thing that is wrong with a model is found, in a small random one and in one whose logits are
 * as large as those of released checkpoints.
 */
class TestParityOfWrongModels {

  private static final String TEXT = "language_model.model.layers.";
  private static final String VISION = "vision_tower.vision_model.";

  /** The embedding's scale, the square root of 24, rounded to bfloat16 though all is in float32. */
  private static final double ROUNDED_SCALE = 4.90625 / Math.sqrt(24);

  private record Wrong(String name, Output output, Change change) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<Wrong> WRONGS =
      List.of(
          wrong(
              "one element of one weight",
              Output.LOGITS,
              it -> it.change(TEXT + "3.mlp.down_proj", w -> plus(w, "2, 5", 0.05))),
          wrong(
              "the norms of queries and keys are swapped",
              Output.LOGITS,
              it -> it.swap(TEXT + "2.self_attn.q_norm", TEXT + "2.self_attn.k_norm")),
          wrong(
              "gate and up are swapped",
              Output.LOGITS,
              it -> it.swap(TEXT + "4.mlp.gate_proj", TEXT + "4.mlp.up_proj")),
          wrong(
              "keys and values are swapped",
              Output.LOGITS,
              it -> it.swap(TEXT + "0.self_attn.k_proj", TEXT + "0.self_attn.v_proj")),
          wrong(
              "two of a layer's norms are swapped",
              Output.LOGITS,
              it ->
                  it.swap(TEXT + "1.post_attention_layernorm", TEXT + "1.pre_feedforward_layern")),
          wrong(
              "a norm multiplies by w, not 1 + w",
              Output.LOGITS,
              it -> it.change(TEXT + "6.input_layernorm", w -> w.sub(1))),
          wrong(
              "the global layer's positions are not scaled",
              Output.LOGITS,
              it -> it.text().remove("rope_scaling")),
          wrong(
              "the local layers turn as the global one does",
              Output.LOGITS,
              it -> it.text().put("rope_local_base_freq", 1e6)),
          wrong(
              "the global layer turns as the local ones do",
              Output.LOGITS,
              it -> it.text().put("rope_theta", 1e4)),
          wrong(
              "the window is a token too long",
              Output.LOGITS,
              it -> it.text().put("sliding_window", 17)),
          wrong(
              "the window is a token too short",
              Output.LOGITS,
              it -> it.text().put("sliding_window", 15)),
          wrong(
              "another layer is global",
              Output.LOGITS,
              it -> it.text().put("sliding_window_pattern", 5)),
          wrong(
              "attention is scaled by the head's size",
              Output.LOGITS,
              it -> it.text().put("query_pre_attn_scalar", 8)),
          wrong(
              "another epsilon in the norms",
              Output.LOGITS,
              it -> it.text().put("rms_norm_eps", 1e-5)),
          wrong(
              "logits are capped",
              Output.LOGITS,
              it -> it.text().put("final_logit_softcapping", 30.0)),
          wrong(
              "the embedding's scale is rounded to bfloat16",
              Output.LOGITS,
              it -> {
                it.change("embed_tokens", w -> w.mul(ROUNDED_SCALE));
                it.change("model.norm", w -> w.add(1).div(ROUNDED_SCALE).sub(1));
              }),
          wrong(
              "patches stand a place off",
              Output.VISION_FEATURES,
              it ->
                  it.change(
                      VISION + "embeddings.position_embedding",
                      w -> w.get("1:").concat(w.get("0:1"), 0))),
          wrong(
              "patches are transposed",
              Output.VISION_FEATURES,
              it -> it.change(VISION + "embeddings.patch_embedding.w", w -> w.swapAxes(2, 3))),
          wrong(
              "another epsilon in the vision tower's norms",
              Output.VISION_FEATURES,
              it -> it.vision().put("layer_norm_eps", 1e-5)),
          wrong(
              "the projector's norm multiplies by w",
              Output.IMAGE_FEATURES,
              it -> it.change("mm_soft_emb_norm", w -> w.sub(1))),
          wrong(
              "the adapter's alpha",
              Output.ADAPTER_LOGITS,
              it -> it.adapterConfig().put("lora_alpha", 5)),
          wrong(
              "the adapter's scale is rank-stabilised",
              Output.ADAPTER_LOGITS,
              it -> it.adapterConfig().put("use_rslora", true)),
          wrong(
              "one of the adapter's matrices is zero",
              Output.ADAPTER_LOGITS,
              it -> it.changePair("layers.2.self_attn.o_proj.lora_B", NDArray::zerosLike)),
          wrong(
              "two of the adapter's matrices are swapped",
              Output.ADAPTER_LOGITS,
              it ->
                  it.swapPairs(
                      "layers.5.self_attn.k_proj.lora_A", "layers.5.self_attn.v_proj.lora_A")),
          wrong(
              "one element of the adapter",
              Output.ADAPTER_LOGITS,
              it -> it.changePair("layers.1.mlp.up_proj.lora_A", w -> plus(w, "1, 3", 0.01))));

  @TempDir private Path folder;

  private static Wrong wrong(String name, Output output, Change change) {
    return new Wrong(name, output, change);
  }

  private static NDArray plus(NDArray weight, String at, double change) {
    NDIndex cell = new NDIndex(at);
    weight.set(cell, weight.getFloat(indices(at)) + change);
    return weight;
  }

  private static long[] indices(String at) {
    return Stream.of(at.split(", ")).mapToLong(Long::parseLong).toArray();
  }

  private static Stream<GoldenCase> goldens() {
    return GoldenCase.all().stream()
        .filter(golden -> List.of("image_two", "loud").contains(golden.name()));
  }

  static Stream<Arguments> wrongs() {
    return goldens().flatMap(golden -> WRONGS.stream().map(wrong -> Arguments.of(golden, wrong)));
  }

  private List<Finding> findings(Path file) throws IOException {
    Path model = folder.resolve("model");
    GoldenFile opened = GoldenFile.open(file, GemmaConfig.read(model));
    try (GemmaModel loaded = GemmaModel.load(model, Device.cpu(), DataType.FLOAT32);
        LoraAdapter adapter = PeftFiles.load(folder.resolve("adapter"), loaded)) {
      return new ParityCheck(opened, loaded, Optional.of(adapter)).findings();
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void anUnchangedCopyIsEqual(GoldenCase golden) throws IOException {
    Checkpoint.write(golden, folder, it -> {});
    assertThat(findings(golden.path()))
        .hasSize(Output.values().length)
        .allSatisfy(finding -> assertThat(finding.verdict()).isEqualTo(Verdict.EQUAL));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("wrongs")
  void oneWrongIsFound(GoldenCase golden, Wrong wrong) throws IOException {
    Checkpoint.write(golden, folder, wrong.change());
    assertDifferent(findings(golden.path()), wrong.output());
  }

  /** In which case every token of an image sees only those before it. */
  @ParameterizedTest
  @MethodSource("goldens")
  void imagesWithoutAMaskOfTheirOwnAreFound(GoldenCase golden) throws IOException {
    Checkpoint.write(golden, folder, it -> {});
    Path causal =
        ChangedGolden.write(
            golden,
            folder.resolve("causal.safetensors"),
            tensors -> tensors.put("logits", tensors.get("logits_causal")));
    assertDifferent(findings(causal), Output.LOGITS);
  }

  private static void assertDifferent(List<Finding> findings, Output output) {
    assertThat(findings)
        .filteredOn(finding -> finding.output().equals(output.tensor()))
        .singleElement()
        .satisfies(finding -> assertThat(finding.verdict()).isEqualTo(Verdict.DIFFERENT));
  }
}
