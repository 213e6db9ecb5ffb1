package io.geolocsft.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.generate.Continuation;
import io.geolocsft.generate.Generator;
import io.geolocsft.generate.Sampling;
import io.geolocsft.parity.GoldenFile.Targets;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What a model computes from a golden file's inputs. Arrays go into the manager that a method is
 * given.
 */
public final class ModelOutputs {

  private final GemmaModel model;
  private final GoldenFile golden;

  /** The outputs of a model whose configuration the file was opened for. */
  public ModelOutputs(GemmaModel model, GoldenFile golden) {
    this.model = model;
    this.golden = golden;
  }

  /** The vision tower's last hidden state, {@code [images, patches, width]}. */
  public NDArray visionFeatures(NDManager scope) throws IOException {
    return model.visionTower(golden.tensor("pixel_values", scope), false);
  }

  /** What the decoder sees of the images, {@code [images, tokens, hidden]}; null without images. */
  public NDArray imageFeatures(NDManager scope) throws IOException {
    return golden.images() == 0
        ? null
        : model.imageFeatures(golden.tensor("pixel_values", scope), false);
  }

  /**
   * Hidden states before the last norm, {@code [rows, length, hidden]}.
   *
   * @param train whether to keep the graph
   */
  public NDArray hiddenStates(NDManager scope, boolean train) throws IOException {
    return model.hiddenStates(scope, golden.batch(), imageFeatures(scope), train);
  }

  /**
   * Mean cross entropy of the target tokens, a scalar.
   *
   * @param hidden as {@link #hiddenStates} gives them, with or without a graph
   */
  public NDArray loss(NDArray hidden, boolean train) {
    NDManager scope = hidden.getManager();
    Targets targets = golden.targets();
    return model
        .lossSum(hidden, scope.create(targets.at()), scope.create(targets.tokens()), train)
        .div(targets.at().length);
  }

  /**
   * Logits of some cells.
   *
   * @return in float32 on the host, {@code [cells, vocabulary]}
   */
  public float[] logits(NDArray hidden, long[] cells) {
    try (NDArray at = hidden.getManager().create(cells);
        NDArray logits = model.logits(hidden, at);
        NDArray wide = logits.toType(DataType.FLOAT32, true)) {
      return wide.toFloatArray();
    }
  }

  /** The likeliest continuation of every row's prompt, all prompts as one batch, token by token. */
  public List<int[]> greedyTokens() throws IOException {
    Sampling greedy = Sampling.greedy(golden.newTokens());
    return new Generator(model, Set.of(), greedy)
        .generate(golden.prompts(), pixels(), new long[golden.rows()]).stream()
            .map(candidates -> candidates.get(0))
            .map(Continuation::toArray)
            .toList();
  }

  private float[][] pixels() throws IOException {
    float[][] pixels = new float[golden.images()][];
    float[] all = pixels.length == 0 ? new float[0] : golden.floats("pixel_values");
    for (int i = 0; i < pixels.length; i++) {
      int size = all.length / pixels.length;
      pixels[i] = Arrays.copyOfRange(all, i * size, (i + 1) * size);
    }
    return pixels;
  }
}
