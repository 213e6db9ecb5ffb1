package io.geolocsft.gemma;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.geolocsft.gemma.config.TextConfig.LayerType;
import io.geolocsft.tensor.Bfloat16;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * One batch on its way through the decoder, layer by layer. What the rows have in common in front
 * is run once, and every row sees its keys and values.
 */
public final class DecoderPass {

  /**
   * Hidden states between two layers.
   *
   * @param prefix of the shared tokens, {@code [1, prefix, hidden]}; null without them, and behind
   *     the last layer
   * @param rows {@code [rows, length, hidden]}
   */
  record State(NDArray prefix, NDArray rows) {

    NDList arrays() {
      return prefix == null ? new NDList(rows) : new NDList(prefix, rows);
    }
  }

  /**
   * What one layer made.
   *
   * @param prefix keys and values of the shared tokens, {@code [1, prefix, kv_heads, head_dim]};
   *     empty without them
   * @param rows keys and values of the rows, {@code [rows, length, kv_heads, head_dim]}
   */
  record LayerResult(State state, NDList prefix, NDList rows) {}

  private final GemmaModel model;
  private final NDManager scope;
  private final TokenBatch batch;
  private final boolean train;
  private final NDArray none;
  private final int dropoutSeed;
  private final Map<LayerType, NDArray> masks = new EnumMap<>(LayerType.class);
  private final Map<LayerType, NDList> rotary = new EnumMap<>(LayerType.class);
  private final Map<LayerType, NDList> prefixRotary = new EnumMap<>(LayerType.class);

  /**
   * @param scope where the arrays of this pass live
   * @param train whether to keep the graph
   */
  DecoderPass(GemmaModel model, NDManager scope, TokenBatch batch, boolean train) {
    this.model = model;
    this.scope = scope;
    this.batch = batch;
    this.train = train;
    none = scope.zeros(new Shape(0));
    dropoutSeed = train && model.kernels().dropsOut() ? draw() : 0;
    NDArray like = Bfloat16.zeros(scope, new Shape(1), model.type());
    NDArray positions = scope.create(batch.positions(), shape());
    for (LayerType type : LayerType.values()) {
      rotary.put(type, rotary(type, positions, like));
      if (hasPrefix()) {
        NDArray first = scope.create(LongStream.range(0, prefixLength()).toArray());
        prefixRotary.put(type, rotary(type, first.expandDims(0), like));
      }
    }
    if (needsMask()) {
      NDList both = masks(like);
      masks.put(LayerType.FULL_ATTENTION, both.get(0));
      masks.put(LayerType.SLIDING_ATTENTION, both.get(1));
    }
  }

  /** From PyTorch's own generator, which the caller may have seeded. */
  private int draw() {
    try (NDArray drawn = scope.randomInteger(0, 1L << 30, new Shape(1), DataType.INT64)) {
      return (int) drawn.getLong(0);
    }
  }

  private NDList rotary(LayerType type, NDArray positions, NDArray like) {
    return call("rotary", new NDList(positions, model.frequencies(type), like));
  }

  private Shape shape() {
    return new Shape(batch.rows(), batch.length());
  }

  private int prefixLength() {
    return batch.prefix().length;
  }

  private boolean hasPrefix() {
    return prefixLength() > 0;
  }

  /** Rows that are text from the first to the last cell that counts are plainly causal. */
  private boolean needsMask() {
    return hasPrefix()
        || batch.isForked()
        || batch.imageTokens().length > 0
        || !batch.isPaddedBehind();
  }

  /** One mask for all rows where they would be alike: padding behind a row is seen by nobody. */
  private NDList masks(NDArray like) {
    boolean alike = batch.isPaddedBehind() && batch.hasImagesAlike() && !batch.isForked();
    int rows = alike ? 1 : batch.rows();
    int length = batch.length();
    int keys = prefixLength() + length;
    long[] positions = new long[rows * keys];
    long[] block = new long[rows * keys];
    long[] fork = new long[batch.isForked() ? rows * keys : 0];
    boolean[] valid = new boolean[rows * keys];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < keys; i++) {
        int own = i - prefixLength();
        int cell = row * length + own;
        positions[row * keys + i] = own < 0 || alike ? i : batch.positions()[cell];
        block[row * keys + i] = own < 0 ? 0 : batch.block()[cell];
        if (batch.isForked()) {
          fork[row * keys + i] = own < 0 ? 0 : batch.fork()[cell];
        }
        valid[row * keys + i] = own < 0 || alike || batch.valid()[cell];
      }
    }
    NDArray at = scope.create(positions, new Shape(rows, keys));
    NDArray images = scope.create(block, new Shape(rows, keys));
    NDArray forks = batch.isForked() ? scope.create(fork, new Shape(rows, keys)) : none;
    String own = ":, " + prefixLength() + ":";
    return call(
        "masks",
        new NDList(
            at.get(own),
            images.get(own),
            batch.isForked() ? forks.get(own) : none,
            at,
            images,
            forks,
            scope.create(valid, new Shape(rows, keys)),
            like));
  }

  /**
   * The state before the first layer.
   *
   * @param features of the batch's images in order, {@code [images, tokens, hidden]}; null without
   *     images
   */
  State begin(NDArray features) {
    NDArray x = model.embed(scope.create(batch.ids(), shape()), train);
    if (batch.imageTokens().length > 0 || features != null) {
      x = placeImages(x, features);
    }
    if (!hasPrefix()) {
      return new State(null, x);
    }
    long[] ids = IntStream.of(batch.prefix()).asLongStream().toArray();
    return new State(model.embed(scope.create(ids).expandDims(0), train), x);
  }

  private NDArray placeImages(NDArray x, NDArray features) {
    int width = model.config().text().hiddenSize();
    long given = features == null ? 0 : features.size() / width;
    if (given != batch.imageTokens().length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d image features for %d image tokens",
              given,
              batch.imageTokens().length));
    }
    NDList inputs = new NDList(x, features.reshape(-1, width), scope.create(batch.imageTokens()));
    return call("place_images", inputs).singletonOrThrow();
  }

  /** Runs one layer. Run again, it drops what it dropped before. */
  LayerResult layer(int layer, State state) {
    if (train && model.kernels().dropsOut()) {
      Engine.getEngine("PyTorch").setRandomSeed(dropoutSeed + layer);
    }
    // A graph holds by itself what it needs of these.
    try (NDManager made = scope.newSubManager()) {
      NDList weights = model.layerWeights(layer, made);
      return layer(layer, state, weights, model.layerPairs(layer, made, train));
    }
  }

  private LayerResult layer(int layer, State state, NDList weights, NDList pairs) {
    LayerType type = model.config().text().layerTypes().get(layer);
    NDArray prefix = null;
    NDList past = new NDList();
    if (state.prefix() != null) {
      boolean last = layer + 1 == model.config().text().numHiddenLayers();
      NDList out = prefixLayer(type, state.prefix(), weights, pairs, last);
      // Behind the last layer nobody asks for the shared tokens' hidden states.
      prefix = last ? null : out.get(0);
      past.addAll(last ? out : out.subNDList(1));
    }
    NDList out = rowsLayer(type, state.rows(), past, weights, pairs);
    return new LayerResult(new State(prefix, out.get(0)), past, new NDList(out.get(1), out.get(2)));
  }

  private NDList prefixLayer(
      LayerType type, NDArray x, NDList weights, NDList pairs, boolean last) {
    NDList inputs = new NDList(x).addAll(prefixRotary.get(type));
    if (last) {
      return call("keys_values", inputs.addAll(weights).addAll(pairs));
    }
    return causal(type, inputs, prefixLength(), weights, pairs);
  }

  private NDList rowsLayer(LayerType type, NDArray x, NDList past, NDList weights, NDList pairs) {
    NDList inputs = new NDList(x).addAll(rotary.get(type));
    if (masks.isEmpty()) {
      return causal(type, inputs, batch.length(), weights, pairs);
    }
    inputs.add(masks.get(type));
    NDList seen = past.isEmpty() ? model.noPast() : GemmaModel.named("past[]", past);
    return call("decoder_layer", inputs.addAll(weights).addAll(seen).addAll(pairs));
  }

  private NDList causal(LayerType type, NDList inputs, int length, NDList weights, NDList pairs) {
    boolean wide =
        type == LayerType.FULL_ATTENTION || length <= model.config().text().slidingWindow();
    if (!wide) {
      return call("window_layer", inputs.addAll(weights).addAll(pairs));
    }
    inputs.add(none);
    return call("decoder_layer", inputs.addAll(weights).addAll(model.noPast()).addAll(pairs));
  }

  private NDList call(String method, NDList inputs) {
    return model.invoke(train, method, inputs);
  }

  /** Positions of the rows' tokens, -1 at padding, {@code [rows, length]}. */
  static NDArray places(NDManager scope, TokenBatch batch) {
    long[] places = batch.positions().clone();
    for (int cell = 0; cell < places.length; cell++) {
      places[cell] = batch.valid()[cell] ? places[cell] : -1;
    }
    return scope.create(places, new Shape(batch.rows(), batch.length()));
  }
}
