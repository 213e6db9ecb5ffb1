package io.geolocsft.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Floats;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GemmaModel.Prefill;
import io.geolocsft.gemma.TokenBatch;
import io.geolocsft.gemma.TokenBatch.Padding;
import io.geolocsft.generate.TokenChooser.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Answers prompts in batches. A prompt is run once however many candidates it has.
 *
 * <p>Thread-safe, as the model is.
 */
public final class Generator {

  private final GemmaModel model;
  private final Set<Integer> stopTokens;
  private final Sampling sampling;

  /**
   * Prepares generation.
   *
   * @param stopTokens tokens that end an answer
   */
  public Generator(GemmaModel model, Set<Integer> stopTokens, Sampling sampling) {
    this.model = model;
    this.stopTokens = Set.copyOf(stopTokens);
    this.sampling = sampling;
  }

  /**
   * Answers a batch.
   *
   * @param prompts token rows, image tokens included, of any length
   * @param pixels of the prompts' images in order, {@code [3, side, side]} each
   * @param seeds one a prompt; its k-th candidate is a function of the seed and k
   * @return the candidates of each prompt, the greedy one first
   * @throws IllegalArgumentException if a prompt is empty, or prompts, images and seeds differ in
   *     number
   */
  public List<List<Continuation>> generate(List<int[]> prompts, float[][] pixels, long[] seeds) {
    check(prompts, seeds);
    if (prompts.isEmpty()) {
      return List.of();
    }
    TokenBatch batch = TokenBatch.of(prompts, Padding.LEFT, model.config().imageTokenId());
    int slots = batch.length() + sampling.maxNewTokens();
    try (NDManager scope = model.newScope()) {
      NDArray features = pixels.length == 0 ? null : features(scope, pixels);
      Prefill prefill = model.prefill(scope, batch, features, sampling.candidates(), slots);
      try (prefill) {
        long[] last =
            LongStream.rangeClosed(1, prompts.size())
                .map(row -> row * batch.length() - 1)
                .toArray();
        float[] logits = logits(model.logits(prefill.hidden(), scope.create(last)));
        List<Row> rows = rows(prompts, seeds);
        int words = logits.length / prompts.size();
        rows.forEach(row -> row.take(logits, row.prompt * words, words));
        decode(scope, batch, prefill, rows, slots);
        return collect(rows, prompts.size());
      }
    }
  }

  private static void check(List<int[]> prompts, long[] seeds) {
    if (prompts.size() != seeds.length) {
      throw new IllegalArgumentException(
          "%d prompts need a seed each, not %d".formatted(prompts.size(), seeds.length));
    }
    if (prompts.stream().anyMatch(prompt -> prompt.length == 0)) {
      throw new IllegalArgumentException("A prompt is empty; it needs at least one token");
    }
  }

  private NDArray features(NDManager scope, float[][] pixels) {
    int side = model.config().vision().orElseThrow().imageSize();
    Shape shape = new Shape(pixels.length, 3, side, side);
    return model.imageFeatures(scope.create(Floats.concat(pixels), shape), false);
  }

  private List<Row> rows(List<int[]> prompts, long[] seeds) {
    List<Row> rows = new ArrayList<>();
    for (int prompt = 0; prompt < prompts.size(); prompt++) {
      for (int k = 0; k < sampling.candidates(); k++) {
        // Distinct streams for the candidates of one seed: SplittableRandom mixes its seed well.
        long seed = seeds[prompt] + 0x9E3779B97F4A7C15L * k;
        rows.add(new Row(prompt, prompts.get(prompt).length, TokenChooser.of(sampling, k, seed)));
      }
    }
    return rows;
  }

  private void decode(
      NDManager scope, TokenBatch batch, Prefill prefill, List<Row> rows, int slots) {
    boolean[] valid = new boolean[rows.size() * slots];
    for (int i = 0; i < rows.size(); i++) {
      int from = rows.get(i).prompt * batch.length();
      System.arraycopy(batch.valid(), from, valid, i * slots, batch.length());
    }
    for (int step = 1; step < sampling.maxNewTokens() && anyOpen(rows); step++) {
      int slot = batch.length() + step - 1;
      IntStream.range(0, rows.size()).forEach(i -> valid[i * slots + slot] = true);
      try (NDManager inner = scope.newSubManager()) {
        NDArray hidden =
            model.decode(
                inner.create(longs(rows, Row::lastToken), new Shape(rows.size(), 1)),
                inner.create(longs(rows, Row::position), new Shape(rows.size(), 1)),
                inner.create(valid, new Shape(rows.size(), slots)),
                inner.create(new long[] {slot}),
                prefill.cache());
        NDArray all = inner.create(LongStream.range(0, rows.size()).toArray());
        float[] logits = logits(model.logits(hidden, all));
        int words = logits.length / rows.size();
        for (int i = 0; i < rows.size(); i++) {
          rows.get(i).take(logits, i * words, words);
        }
      }
    }
  }

  private static boolean anyOpen(List<Row> rows) {
    return rows.stream().anyMatch(row -> !row.complete);
  }

  private static long[] longs(List<Row> rows, ToLongFunction<Row> value) {
    return rows.stream().mapToLong(value).toArray();
  }

  private static float[] logits(NDArray array) {
    try (array) {
      if (array.getDataType() == DataType.FLOAT32) {
        return array.toFloatArray();
      }
      try (NDArray wide = array.toType(DataType.FLOAT32, false)) {
        return wide.toFloatArray();
      }
    }
  }

  private List<List<Continuation>> collect(List<Row> rows, int prompts) {
    int candidates = sampling.candidates();
    return IntStream.range(0, prompts)
        .mapToObj(
            prompt ->
                rows.subList(prompt * candidates, (prompt + 1) * candidates).stream()
                    .map(row -> new Continuation(row.tokens, row.logProbability, row.complete))
                    .toList())
        .toList();
  }

  /** One candidate while it grows. */
  private final class Row {
    private final int prompt;
    private final int promptLength;
    private final TokenChooser chooser;
    private final List<Integer> tokens = new ArrayList<>();
    private double logProbability;
    private boolean complete;

    Row(int prompt, int promptLength, TokenChooser chooser) {
      this.prompt = prompt;
      this.promptLength = promptLength;
      this.chooser = chooser;
    }

    void take(float[] logits, int from, int words) {
      if (complete) {
        return;
      }
      Choice choice = chooser.choose(logits, from, words);
      logProbability += choice.logProbability();
      if (stopTokens.contains(choice.token())) {
        complete = true;
      } else {
        tokens.add(choice.token());
      }
    }

    /** What a row that has ended feeds does not matter: nothing reads its output. */
    long lastToken() {
      return tokens.isEmpty() ? 0 : tokens.get(tokens.size() - 1);
    }

    /** Of the last token within its row. */
    long position() {
      return promptLength + Math.max(0, tokens.size() - 1L);
    }
  }
}
