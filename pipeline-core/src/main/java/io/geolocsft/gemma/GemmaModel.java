package io.geolocsft.gemma;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Floats;
import io.geolocsft.gemma.DecoderPass.LayerResult;
import io.geolocsft.gemma.DecoderPass.State;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.gemma.config.TextConfig;
import io.geolocsft.gemma.config.TextConfig.LayerType;
import io.geolocsft.gemma.config.VisionConfig;
import io.geolocsft.tensor.Bfloat16;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A Gemma 3 on one device.
 *
 * <p>Arrays go into the manager of the caller's first array and are his to close; the weights are
 * the model's. Calls may run on several threads; only one of them may train.
 */
public final class GemmaModel implements AutoCloseable {

  private final GemmaConfig config;
  private final GemmaWeights weights;
  private final LayerWeights layers;
  private final boolean ownsWeights;
  private final boolean trained;
  private final Kernels kernels;
  private final TensorNames names;
  private final NDManager constants;
  private final List<NDList> pairs = new ArrayList<>();
  private final List<NDList> visionLayers = new ArrayList<>();
  private final Map<LayerType, NDArray> frequencies = new EnumMap<>(LayerType.class);
  private final NDList decoding;
  private final NDList noPast;
  private final NDList noPairs;

  /**
   * @param base whose weights to share; null for a model that owns them
   * @param trained whether the weights themselves are trained
   */
  private GemmaModel(
      GemmaConfig config,
      GemmaWeights weights,
      GemmaModel base,
      boolean trained,
      LinearAdapter adapter) {
    this.config = config;
    this.weights = weights;
    ownsWeights = base == null;
    this.trained = trained;
    names = new TensorNames(config);
    Device device = weights.get(names.embedding()).getDevice();
    constants = NDManager.newBaseManager(device, "PyTorch");
    kernels =
        new Kernels(
            config, adapter == null ? Kernels.Lora.NONE : adapter.settings(), device, type());
    layers =
        trained
            ? LayerWeights.trained(config, weights)
            : base == null ? LayerWeights.joined(config, weights, kernels) : base.layers;
    noPairs = named("lora[]", new NDList(constants.zeros(new Shape(0))));
    for (int layer = 0; adapter != null && layer < config.text().numHiddenLayers(); layer++) {
      pairs.add(adapter.layer(layer));
    }
    int towerLayers = config.vision().map(VisionConfig::numHiddenLayers).orElse(0);
    for (int layer = 0; layer < towerLayers; layer++) {
      visionLayers.add(weights.list(names.visionLayer(layer)));
    }
    NDArray allFrequencies = frequencies(config.text());
    for (LayerType type : LayerType.values()) {
      frequencies.put(type, allFrequencies.get(type.ordinal()).flatten());
    }
    decoding = new NDList(allFrequencies);
    decoding.addAll(
        named("head[]", new NDList(alias(names.finalNorm()), alias(names.embedding()))));
    Shape none = new Shape(1, 0, config.text().numKeyValueHeads(), config.text().headDim());
    noPast =
        named(
            "past[]",
            new NDList(
                Bfloat16.zeros(constants, none, type()), Bfloat16.zeros(constants, none, type())));
  }

  /**
   * Loads a model folder as Hugging Face lays it out.
   *
   * @param type float32 or bfloat16; norms, rotary angles, softmax and loss are in float32 either
   *     way
   */
  public static GemmaModel load(Path folder, Device device, DataType type) throws IOException {
    GemmaConfig config = GemmaConfig.read(folder);
    return of(config, GemmaWeights.load(folder, config, device, type));
  }

  /** A model of random weights. */
  public static GemmaModel random(GemmaConfig config, Device device, DataType type, long seed) {
    return of(config, GemmaWeights.random(config, device, type, seed));
  }

  /** A model of these weights, which it closes with itself. */
  public static GemmaModel of(GemmaConfig config, GemmaWeights weights) {
    return new GemmaModel(config, weights, null, false, null);
  }

  /** The same weights seen through an adapter. Close it before this model. */
  public GemmaModel with(LinearAdapter adapter) {
    return new GemmaModel(config, weights, this, false, adapter);
  }

  /** The same model for training its weights themselves. Close it before this model. */
  public GemmaModel trainable() {
    return new GemmaModel(config, weights, this, true, null);
  }

  /** Of both kinds of layers, {@code [2, 1, 1, head_dim / 2]}. */
  private NDArray frequencies(TextConfig text) {
    List<float[]> ofKinds = Arrays.stream(LayerType.values()).map(text::rotaryFrequencies).toList();
    float[] both = Floats.concat(ofKinds.toArray(float[][]::new));
    return constants.create(both, new Shape(ofKinds.size(), 1, 1, text.headDim() / 2));
  }

  /** The same memory under a name of its own: DJL takes a name for an argument's. */
  private NDArray alias(String tensor) {
    NDArray alias = weights.get(tensor).stopGradient();
    alias.attach(constants);
    return alias;
  }

  static NDList named(String name, NDList list) {
    list.forEach(array -> array.setName(name));
    return list;
  }

  public GemmaConfig config() {
    return config;
  }

  public GemmaWeights weights() {
    return weights;
  }

  public Kernels kernels() {
    return kernels;
  }

  public Device device() {
    return constants.getDevice();
  }

  /** Type of the weights. */
  public DataType type() {
    return Bfloat16.typeOf(weights.get(names.embedding()));
  }

  /** A manager on the model's device for one batch of work. */
  public NDManager newScope() {
    return constants.newSubManager();
  }

  /** Whether the weights themselves are trained, so that gradients go on beyond the first layer. */
  boolean isTrained() {
    return trained;
  }

  NDList layerWeights(int layer, NDManager scope) {
    return layers.of(layer, kernels, scope);
  }

  /** A layer's adapters as the kernels take them. */
  NDList layerPairs(int layer, NDManager scope, boolean train) {
    return pairs.isEmpty() ? noPairs : layerPairs(layer, scope, type(), train);
  }

  private NDList layerPairs(int layer, NDManager scope, DataType type, boolean train) {
    try (NDArray like = Bfloat16.zeros(scope, new Shape(0), type)) {
      return named("lora[]", invoke(train, "join", new NDList(like).addAll(pairs.get(layer))));
    }
  }

  /**
   * Those of all layers for decoding, one layer after the other. On a CPU in float32, which is
   * faster there for few rows than bfloat16.
   */
  NDList allPairs(NDManager scope) {
    if (pairs.isEmpty()) {
      return noPairs;
    }
    DataType type = device().isGpu() ? type() : DataType.FLOAT32;
    NDList all = new NDList();
    for (int layer = 0; layer < pairs.size(); layer++) {
      all.addAll(layerPairs(layer, scope, type, false));
    }
    return all;
  }

  NDArray frequencies(LayerType type) {
    return frequencies.get(type);
  }

  NDList noPast() {
    return noPast;
  }

  /**
   * What the language model sees of images.
   *
   * @param pixels {@code [images, 3, side, side]}, as {@code GemmaImageProcessor} makes them
   * @param train whether to keep the graph
   * @return {@code [images, tokens, hidden]}
   */
  public NDArray imageFeatures(NDArray pixels, boolean train) {
    NDArray tower = visionTower(pixels, train);
    NDArray projected =
        call(
            train,
            "vision_project",
            new NDList(tower, weights.get(names.projectorNorm()), weights.get(names.projector())));
    release(tower, train);
    return projected;
  }

  /** The vision tower's last hidden state, {@code [images, patches, width]}. */
  public NDArray visionTower(NDArray pixels, boolean train) {
    NDArray x = call(train, "vision_embed", with(pixels, weights.list(names.visionEmbedding())));
    for (NDList layer : visionLayers) {
      NDArray y = call(train, "vision_layer", with(x, layer));
      release(x, train);
      x = y;
    }
    NDArray normed = call(train, "vision_norm", with(x, weights.list(names.visionNorm())));
    release(x, train);
    return normed;
  }

  private static NDList with(NDArray first, NDList rest) {
    return new NDList(first).addAll(rest);
  }

  /**
   * Runs the decoder over whole rows.
   *
   * @param scope where the arrays of this pass live
   * @param features of the batch's images in order, {@code [images, tokens, hidden]}; null without
   *     images
   * @param train whether to keep the graph
   * @return hidden states before the last norm, {@code [rows, length, hidden]}
   */
  public NDArray hiddenStates(NDManager scope, TokenBatch batch, NDArray features, boolean train) {
    return run(scope, batch, features, train, null);
  }

  /**
   * Runs the decoder over whole rows for training and keeps of it what each layer began with alone:
   * to go back, a layer is run again.
   *
   * @param features as {@link #hiddenStates} takes them
   */
  public CheckpointedPass checkpointedPass(NDManager scope, TokenBatch batch, NDArray features) {
    return new CheckpointedPass(this, scope, batch, features);
  }

  /**
   * Runs the decoder over prompts and keeps their keys and values for decoding.
   *
   * @param batch prompts, padded on the left
   * @param candidates rows that decode after each prompt
   * @param newTokens how many a row is to decode at most
   * @param longestRun how many of them it may take at once
   * @return the cache, and the hidden states {@code [rows, length, hidden]}
   */
  public Prefill prefill(
      NDManager scope,
      TokenBatch batch,
      NDArray features,
      int candidates,
      int newTokens,
      int longestRun) {
    KeyValueCache cache = new KeyValueCache(this, scope, batch, candidates, newTokens, longestRun);
    try {
      return new Prefill(cache, run(scope, batch, features, false, cache));
    } catch (RuntimeException e) {
      cache.close();
      throw e;
    }
  }

  /** A filled cache and the hidden states of the prompts that filled it. */
  public record Prefill(KeyValueCache cache, NDArray hidden) implements AutoCloseable {
    @Override
    public void close() {
      cache.close();
      hidden.close();
    }
  }

  private NDArray run(
      NDManager scope, TokenBatch batch, NDArray features, boolean train, KeyValueCache cache) {
    DecoderPass pass = new DecoderPass(this, scope, batch, train);
    State state = pass.begin(features);
    for (int layer = 0; layer < config.text().numHiddenLayers(); layer++) {
      LayerResult result = pass.layer(layer, state);
      NDList keysAndValues = new NDList(result.prefix()).addAll(result.rows());
      if (cache != null) {
        cache.fill(layer, keysAndValues);
      }
      keysAndValues.forEach(NDArray::close);
      state.arrays().forEach(array -> release(array, train));
      state = result.state();
    }
    return state.rows();
  }

  /**
   * Goes on by one token a row, or by a run of several that are known already.
   *
   * @param runs the tokens of each row of the cache, one at least
   * @return logits of what follows each run in the weights' type, {@code [rows, vocabulary]}
   */
  public NDArray decode(NDManager scope, long[][] runs, KeyValueCache cache) {
    return cache.decode(scope, runs);
  }

  /**
   * The same as the kernel takes it.
   *
   * @param inputs ids, positions and the last slot
   * @param cache the lists of {@link KeyValueCache}
   */
  NDArray decode(NDManager scope, NDList inputs, NDList cache) {
    NDList all = new NDList(inputs).addAll(decoding).addAll(layers.all(kernels, scope));
    return call(false, "decode", all.addAll(cache));
  }

  NDArray embed(NDArray ids, boolean train) {
    return call(train, "embed", new NDList(ids, weights.get(names.embedding())));
  }

  /**
   * Logits of picked positions.
   *
   * @param hidden {@code [rows, length, hidden]}
   * @param at cells among {@code rows * length}, {@code [n]}
   * @return in the weights' type, {@code [n, vocabulary]}
   */
  public NDArray logits(NDArray hidden, NDArray at) {
    try (NDArray picked = pick(hidden, at, false)) {
      return call(false, "head", with(picked, head()));
    }
  }

  /**
   * Hidden states of picked positions.
   *
   * @param hidden {@code [rows, length, hidden]}
   * @param at cells among {@code rows * length}, {@code [n]}
   * @return {@code [n, hidden]}
   */
  public NDArray pick(NDArray hidden, NDArray at, boolean train) {
    return call(train, "pick", new NDList(hidden, at));
  }

  /**
   * Cross entropy of some positions, in float32.
   *
   * @param picked their hidden states, {@code [n, hidden]}
   * @param targets the token that should follow each, {@code [n]}
   * @param train whether to keep the graph
   * @return the sum over the positions, a scalar
   */
  public NDArray lossSum(NDArray picked, NDArray targets, boolean train) {
    return call(train, "loss", new NDList(picked, targets).addAll(head()));
  }

  /**
   * Natural logarithms of the probabilities of what was chosen, in float32.
   *
   * @param picked hidden states of the positions that chose, {@code [n, hidden]}
   * @param temperature divides the logits
   * @param train whether to keep the graph
   * @return {@code [n]}
   */
  public NDArray logProbabilities(
      NDArray picked, TokenChoices choices, double temperature, boolean train) {
    return call(
        train,
        "policy",
        new NDList(picked).addAll(choices.arrays(picked, temperature)).addAll(head()));
  }

  /** The same of positions that are picked by cell. */
  public NDArray lossSum(NDArray hidden, NDArray at, NDArray targets, boolean train) {
    return lossSum(pick(hidden, at, train), targets, train);
  }

  private NDList head() {
    return new NDList(weights.get(names.finalNorm()), weights.get(names.embedding()));
  }

  private NDArray call(boolean train, String method, NDList inputs) {
    return invoke(train, method, inputs).singletonOrThrow();
  }

  NDList invoke(boolean train, String method, NDList inputs) {
    return train ? kernels.callForTraining(method, inputs) : kernels.call(method, inputs);
  }

  /**
   * A graph holds what it needs by itself, but without one an array is garbage once it was used.
   */
  private static void release(NDArray array, boolean train) {
    if (!train) {
      array.close();
    }
  }

  @Override
  public void close() {
    kernels.close();
    constants.close();
    if (ownsWeights || trained) {
      layers.close();
    }
    if (ownsWeights) {
      weights.close();
    }
  }
}
