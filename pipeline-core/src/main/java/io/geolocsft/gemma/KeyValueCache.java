package io.geolocsft.gemma;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Booleans;
import io.geolocsft.gemma.config.TextConfig;
import io.geolocsft.gemma.config.TextConfig.LayerType;
import io.geolocsft.tensor.Bfloat16;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Keys and values of prompts and of what was decoded after them.
 *
 * <p>A prompt's keys are held once however many candidates it has, and those of tokens that all
 * prompts share once for all: segments that stay fixed. What is a row's own lies in the slots that
 * grow with it, its prompt's too if it is the only candidate. Sliding layers hold no more than
 * their window of each.
 */
public final class KeyValueCache implements AutoCloseable {

  private final GemmaModel model;
  private final NDManager manager;
  private final NDManager host;
  private final TokenBatch prompts;
  private final int rows;
  private final int padding;
  private final NDList fixed = new NDList();
  private final NDList grown = new NDList();
  private final NDList places = new NDList();
  private final NDList pairs;
  private final NDList noneFixed;
  private final NDList uniform;
  private final int longestRun;
  private final long[] taken;

  /**
   * An empty cache; it lives until it is closed or the parent manager is.
   *
   * @param prompts padded on the left
   * @param candidates rows a prompt
   * @param newTokens how many are to be decoded at most
   * @param longestRun how many of them a row may take at once
   */
  KeyValueCache(
      GemmaModel model,
      NDManager parent,
      TokenBatch prompts,
      int candidates,
      int newTokens,
      int longestRun) {
    this.model = model;
    this.prompts = prompts;
    this.longestRun = longestRun;
    manager = parent.newSubManager();
    host = manager.newSubManager(Device.cpu());
    rows = prompts.rows() * candidates;
    taken = new long[rows];
    padding = padding(prompts);
    pairs = model.allPairs(manager);
    TextConfig text = model.config().text();
    for (LayerType type : text.layerTypes()) {
      Shape shape =
          new Shape(rows, text.numKeyValueHeads(), slots(type, newTokens), text.headDim());
      grown.add(Bfloat16.zeros(manager, shape, model.type()));
      grown.add(Bfloat16.zeros(manager, shape, model.type()));
    }
    if (isPartlyHidden(newTokens)) {
      addPlaces(newTokens);
    } else {
      places.add(manager.zeros(new Shape(0), DataType.INT64));
    }
    GemmaModel.named("places[]", places);
    // A list argument cannot be empty.
    noneFixed = GemmaModel.named("fixed[]", new NDList(manager.zeros(new Shape(0))));
    uniform = GemmaModel.named("runs[]", new NDList(manager.zeros(new Shape(0))));
  }

  /**
   * What keys and values take, in bytes, without padding; sliding layers keep {@code newTokens} of
   * each row, though they need no more than their window.
   *
   * @param prompts how many
   * @param shared tokens that all begin with
   * @param own further tokens of a prompt
   * @param candidates rows a prompt
   * @param newTokens of a row
   */
  public static long bytes(
      TextConfig text,
      DataType type,
      int prompts,
      int shared,
      int own,
      int candidates,
      int newTokens) {
    long bytes = 0;
    for (LayerType layer : text.layerTypes()) {
      boolean isFull = layer == LayerType.FULL_ATTENTION;
      int most = isFull ? Integer.MAX_VALUE : text.slidingWindow() - 1;
      long tokens =
          Math.min(shared, most)
              + prompts * (Math.min((long) own, most) + (long) candidates * newTokens);
      bytes += tokens * text.numKeyValueHeads() * text.headDim() * 2;
    }
    return bytes * type.getNumOfBytes();
  }

  private int window() {
    return model.config().text().slidingWindow();
  }

  private int slots(LayerType type, int newTokens) {
    int tokens = ownPrompt() + newTokens;
    // The first token of a run sees its whole window when the last is written already.
    int near = window() + longestRun - 1 + (ownPrompt() > 0 ? padding : 0);
    return type == LayerType.FULL_ATTENTION ? tokens : Math.min(tokens, near);
  }

  /** Tokens of a prompt in the slots of its only candidate. */
  private int ownPrompt() {
    return rows == prompts.rows() ? prompts.length() : 0;
  }

  /**
   * Whether some key is not seen by every query: padding, one that falls out of the window, or what
   * follows within a run.
   */
  private boolean isPartlyHidden(int newTokens) {
    return longestRun > 1
        || !prompts.isFull()
        || prompts.prefix().length + prompts.length() + newTokens > window();
  }

  private void addPlaces(int newTokens) {
    if (prompts.prefix().length > 0) {
      NDArray shared = manager.arange(prompts.prefix().length).toType(DataType.INT64, false);
      add(shared.expandDims(0));
    }
    NDArray own = DecoderPass.places(manager, prompts);
    if (ownPrompt() == 0) {
      add(own);
    }
    for (LayerType type : new LayerType[] {LayerType.FULL_ATTENTION, LayerType.SLIDING_ATTENTION}) {
      int slots = slots(type, newTokens);
      NDArray ring = manager.full(new Shape(rows, slots), -1, DataType.INT64);
      if (ownPrompt() > 0) {
        store(ring.reshape(rows, 1, slots, 1), own.reshape(rows, -1, 1, 1));
      }
      places.add(ring);
    }
  }

  private void store(NDArray ring, NDArray tokens) {
    model.invoke(false, "store", new NDList(ring, tokens)).forEach(NDArray::close);
  }

  /** A segment's places in global and in sliding layers. */
  private void add(NDArray segment) {
    places.add(segment);
    places.add(near(segment));
  }

  /**
   * What a sliding layer keeps of a segment: the keys that the first decoded token sees, and as
   * many more as there may be padding.
   */
  private NDArray near(NDArray segment) {
    long length = segment.getShape().get(1);
    long kept = Math.min(length, window() - 1L + padding);
    return kept == length ? segment : segment.get(":, " + (length - kept) + ":").duplicate();
  }

  /** No row can have more. */
  private static int padding(TokenBatch prompts) {
    int padded = prompts.valid().length - Booleans.countTrue(prompts.valid());
    return Math.min(padded, prompts.length());
  }

  /**
   * Takes a layer's keys and values; layer by layer.
   *
   * @param segments keys and values {@code [1 or rows, length, kv_heads, head_dim]}, of the shared
   *     tokens first
   */
  void fill(int layer, NDList segments) {
    // They may bear the name of the argument that they were.
    segments.forEach(segment -> segment.setName(null));
    NDList own = new NDList(grown.get(2 * layer), grown.get(2 * layer + 1));
    int shared = segments.size();
    if (ownPrompt() > 0) {
      shared -= 2;
      store(own.get(0), segments.get(shared));
      store(own.get(1), segments.get(shared + 1));
    }
    GemmaModel.named("grown[]", own);
    boolean sliding = model.config().text().layerTypes().get(layer) == LayerType.SLIDING_ATTENTION;
    for (NDArray segment : segments.subList(0, shared)) {
      NDArray kept = sliding ? near(segment) : segment;
      NDArray packed = model.invoke(false, "pack", new NDList(kept)).singletonOrThrow();
      packed.attach(manager);
      packed.setName("fixed[]");
      fixed.add(packed);
      if (kept != segment) {
        kept.close();
      }
    }
  }

  /**
   * Logits after one or more further tokens a row.
   *
   * @param runs the tokens of each row
   * @return of what follows each run, {@code [rows, vocabulary]}, in the caller's scope
   */
  NDArray decode(NDManager scope, long[][] runs) {
    check(runs);
    TokenRuns tokens = new TokenRuns(runs, firstPositions(), taken, ownPrompt());
    NDList inputs = new NDList(tokens.ids(scope), tokens.positions(scope));
    boolean isUniform = tokens.isUniform();
    try (NDArray last = host.create(new long[] {tokens.lastSlot()})) {
      inputs.add(last);
      for (int row = 0; row < rows; row++) {
        taken[row] += runs[row].length;
      }
      NDList cache =
          new NDList(isUniform ? uniform : GemmaModel.named("runs[]", tokens.layout(scope)))
              .addAll(fixed.isEmpty() ? noneFixed : fixed)
              .addAll(grown)
              .addAll(places)
              .addAll(pairs);
      return model.decode(scope, inputs, cache);
    }
  }

  private void check(long[][] runs) {
    boolean fits =
        runs.length == rows
            && Arrays.stream(runs).allMatch(run -> run.length > 0 && run.length <= longestRun);
    if (!fits) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d rows take one to %d tokens each, not %s",
              rows,
              longestRun,
              Arrays.deepToString(runs)));
    }
  }

  /** Positions of the first decoded tokens within their rows. */
  private long[] firstPositions() {
    int candidates = rows / prompts.rows();
    return IntStream.range(0, rows)
        .map(row -> (row / candidates + 1) * prompts.length() - 1)
        .mapToLong(end -> prompts.positions()[end] + 1)
        .toArray();
  }

  @Override
  public void close() {
    manager.close();
  }
}
