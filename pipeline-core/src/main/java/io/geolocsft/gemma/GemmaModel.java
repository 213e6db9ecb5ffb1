package io.geolocsft.gemma;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.geolocsft.gemma.TextConfig.LayerType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A Gemma 3 on one device.
 *
 * <p>Arrays go into the manager of the caller's first array and are his to close; the weights are
 * the model's. Calls may run on several threads; only one of them may train.
 */
public final class GemmaModel implements AutoCloseable {

  private final GemmaConfig config;
  private final GemmaWeights weights;
  private final boolean ownsWeights;
  private final Kernels kernels;
  private final TensorNames names;
  private final NDManager constants;
  private final List<NDList> decoderLayers;
  private final List<NDList> adapterLayers;
  private final List<NDList> visionLayers;
  private final Map<LayerType, NDArray> frequencies = new EnumMap<>(LayerType.class);
  private final NDList noPast;

  private GemmaModel(
      GemmaConfig config, GemmaWeights weights, boolean ownsWeights, LinearAdapter adapter) {
    this.config = config;
    this.weights = weights;
    this.ownsWeights = ownsWeights;
    names = new TensorNames(config);
    NDArray embedding = weights.get(names.embedding());
    Device device = embedding.getDevice();
    constants = NDManager.newBaseManager(device, "PyTorch");
    kernels = new Kernels(config, adapter == null ? Kernels.Lora.NONE : adapter.settings(), device);
    int layers = config.text().numHiddenLayers();
    decoderLayers = new ArrayList<>(layers);
    adapterLayers = new ArrayList<>(layers);
    for (int layer = 0; layer < layers; layer++) {
      decoderLayers.add(weights.list(names.decoderLayer(layer)));
      adapterLayers.add(
          adapter == null ? named("lora[]", empty(new Shape(0))) : adapter.layer(layer));
    }
    visionLayers = new ArrayList<>();
    int towerLayers = config.vision().map(VisionConfig::numHiddenLayers).orElse(0);
    for (int layer = 0; layer < towerLayers; layer++) {
      visionLayers.add(weights.list(names.visionLayer(layer)));
    }
    for (LayerType type : LayerType.values()) {
      frequencies.put(type, constants.create(config.text().rotaryFrequencies(type)));
    }
    Shape none = new Shape(1, config.text().numKeyValueHeads(), 0, config.text().headDim());
    noPast =
        named(
            "past[]",
            Bfloat16.zeros(constants, none, type()),
            Bfloat16.zeros(constants, none, type()));
  }

  /**
   * Loads a model folder as Hugging Face lays it out.
   *
   * @param type float32 or bfloat16; norms, rotary angles, softmax and loss are in float32 either
   *     way
   */
  public static GemmaModel load(Path folder, Device device, DataType type) throws IOException {
    GemmaConfig config = GemmaConfig.read(folder);
    return new GemmaModel(config, GemmaWeights.load(folder, config, device, type), true, null);
  }

  /** A model of these weights, which it closes with itself. */
  public static GemmaModel of(GemmaConfig config, GemmaWeights weights) {
    return new GemmaModel(config, weights, true, null);
  }

  /** The same weights seen through an adapter. Close it before this model. */
  public GemmaModel with(LinearAdapter adapter) {
    return new GemmaModel(config, weights, false, adapter);
  }

  private NDArray empty(Shape shape) {
    return constants.create(shape, DataType.FLOAT32);
  }

  private static NDList named(String name, NDArray... arrays) {
    NDList list = new NDList(arrays);
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
    return run(scope, batch, features, train, (layer, pair) -> pair.forEach(NDArray::close));
  }

  /**
   * Runs the decoder over prompts and keeps their keys and values for decoding.
   *
   * @param batch prompts, padded on the left
   * @param repeats candidates a prompt: rows of the cache that each prompt fills
   * @param slots tokens that the cache can hold, the prompt's padded length included
   * @return the cache of {@code rows * repeats} rows, and the hidden states {@code [rows, length,
   *     hidden]}
   */
  public Prefill prefill(
      NDManager scope, TokenBatch batch, NDArray features, int repeats, int slots) {
    KeyValueCache cache =
        new KeyValueCache(scope, config.text(), type(), batch.rows() * repeats, slots);
    NDArray hidden =
        run(
            scope,
            batch,
            features,
            false,
            (layer, pair) -> {
              cache.fill(layer, pair, repeats);
              pair.forEach(NDArray::close);
            });
    return new Prefill(cache, hidden);
  }

  /** A filled cache and the hidden states of the prompts that filled it. */
  public record Prefill(KeyValueCache cache, NDArray hidden) implements AutoCloseable {
    @Override
    public void close() {
      cache.close();
      hidden.close();
    }
  }

  private interface KeyValueSink {
    void accept(int layer, NDList keysAndValues);
  }

  private NDArray run(
      NDManager scope, TokenBatch batch, NDArray features, boolean train, KeyValueSink sink) {
    Shape shape = new Shape(batch.rows(), batch.length());
    NDArray x = embed(scope.create(batch.ids(), shape), train);
    if (batch.imageTokens().length > 0) {
      x = placeImages(scope, x, batch.imageTokens(), features, train);
    }
    NDArray positions = scope.create(batch.positions(), shape);
    NDArray valid = scope.create(batch.valid(), shape);
    NDArray block = scope.create(batch.block(), shape);
    NDArray queries = scope.create(LongStream.range(0, batch.length()).toArray());
    Map<LayerType, NDArray> masks = masks(valid, block, queries, train);
    Map<LayerType, NDList> rotary = rotary(positions, x, train);
    for (int layer = 0; layer < decoderLayers.size(); layer++) {
      LayerType type = config.text().layerTypes().get(layer);
      NDList inputs = new NDList(x).addAll(rotary.get(type));
      inputs.add(masks.get(type));
      inputs.addAll(decoderLayers.get(layer)).addAll(noPast).addAll(adapterLayers.get(layer));
      NDList out = invoke(train, "decoder_layer", inputs);
      release(x, train);
      x = out.get(0);
      sink.accept(layer, new NDList(out.get(1), out.get(2)));
    }
    return x;
  }

  private NDArray placeImages(
      NDManager scope, NDArray x, long[] imageTokens, NDArray features, boolean train) {
    int width = config.text().hiddenSize();
    long given = features == null ? 0 : features.size() / width;
    if (given != imageTokens.length) {
      throw new IllegalArgumentException(
          "%d image features for %d image tokens".formatted(given, imageTokens.length));
    }
    NDList inputs = new NDList(x, features.reshape(-1, width), scope.create(imageTokens));
    return call(train, "place_images", inputs);
  }

  /**
   * Decodes one token a row, writing its keys and values into the cache.
   *
   * @param ids {@code [rows, 1]}
   * @param positions of the tokens within their rows, {@code [rows, 1]}
   * @param valid which slots hold a token, this one included, {@code [rows, slots]}
   * @param slot where the token goes, {@code [1]}
   * @return hidden states before the last norm, {@code [rows, 1, hidden]}
   */
  public NDArray decode(
      NDArray ids, NDArray positions, NDArray valid, NDArray slot, KeyValueCache cache) {
    NDArray x = embed(ids, false);
    NDArray block = valid.getManager().zeros(valid.getShape(), DataType.INT64);
    Map<LayerType, NDArray> masks = masks(valid, block, slot, false);
    Map<LayerType, NDList> rotary = rotary(positions, x, false);
    for (int layer = 0; layer < decoderLayers.size(); layer++) {
      LayerType type = config.text().layerTypes().get(layer);
      NDList inputs = new NDList(x).addAll(rotary.get(type));
      inputs.add(masks.get(type));
      inputs.add(slot);
      inputs.addAll(decoderLayers.get(layer)).addAll(cache.layer(layer));
      NDArray y = call(false, "decode_layer", inputs.addAll(adapterLayers.get(layer)));
      x.close();
      x = y;
    }
    return x;
  }

  private NDArray embed(NDArray ids, boolean train) {
    return call(train, "embed", new NDList(ids, weights.get(names.embedding())));
  }

  private Map<LayerType, NDArray> masks(
      NDArray valid, NDArray block, NDArray queries, boolean train) {
    NDList both = invoke(train, "masks", new NDList(valid, block, queries));
    return Map.of(LayerType.FULL_ATTENTION, both.get(0), LayerType.SLIDING_ATTENTION, both.get(1));
  }

  private Map<LayerType, NDList> rotary(NDArray positions, NDArray like, boolean train) {
    Map<LayerType, NDList> angles = new EnumMap<>(LayerType.class);
    frequencies.forEach(
        (type, frequency) ->
            angles.put(type, invoke(train, "rotary", new NDList(positions, frequency, like))));
    return angles;
  }

  /**
   * Logits of picked positions.
   *
   * @param hidden {@code [rows, length, hidden]}
   * @param at cells among {@code rows * length}, {@code [n]}
   * @return in the weights' type, {@code [n, vocabulary]}
   */
  public NDArray logits(NDArray hidden, NDArray at) {
    try (NDArray picked = call(false, "pick", new NDList(hidden, at))) {
      return call(false, "head", with(picked, head()));
    }
  }

  /**
   * Cross entropy of picked positions, in float32.
   *
   * @param targets the token that should follow each picked position, {@code [n]}
   * @param train whether to keep the graph
   * @return the sum over the positions, a scalar
   */
  public NDArray lossSum(NDArray hidden, NDArray at, NDArray targets, boolean train) {
    NDList inputs = new NDList(hidden, at, targets).addAll(head());
    return call(train, "loss", inputs);
  }

  private NDList head() {
    return new NDList(weights.get(names.finalNorm()), weights.get(names.embedding()));
  }

  private NDArray call(boolean train, String method, NDList inputs) {
    return invoke(train, method, inputs).singletonOrThrow();
  }

  private NDList invoke(boolean train, String method, NDList inputs) {
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
    if (ownsWeights) {
      weights.close();
    }
  }
}
