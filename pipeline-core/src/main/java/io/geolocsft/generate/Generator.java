package io.geolocsft.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Floats;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GemmaModel.Prefill;
import io.geolocsft.gemma.TokenBatch;
import io.geolocsft.gemma.TokenBatch.Padding;
import io.geolocsft.generate.TokenChooser.Choices;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
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
    TokenBatch batch = layOut(prompts);
    try (NDManager scope = model.newScope();
        TokenChooser chooser = new TokenChooser(model.kernels(), sampling)) {
      NDArray features = pixels.length == 0 ? null : features(scope, pixels);
      Prefill prefill =
          model.prefill(scope, batch, features, sampling.candidates(), sampling.maxNewTokens());
      try (prefill) {
        List<Row> rows = rows(prompts.size(), seeds);
        begin(scope, batch, prefill, chooser, rows);
        decode(scope, prefill, chooser, rows);
        return collect(rows, prompts.size());
      }
    }
  }

  /** What the prompts have in common in front is run once for all. */
  private TokenBatch layOut(List<int[]> prompts) {
    int image = model.config().imageTokenId();
    int shortest = prompts.stream().mapToInt(prompt -> prompt.length).min().orElseThrow();
    int shared = TokenBatch.commonPrefix(prompts, image, shortest - 1);
    return TokenBatch.of(prompts, Padding.LEFT, image, shared);
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

  private List<Row> rows(int prompts, long[] seeds) {
    List<Row> rows = new ArrayList<>();
    for (int prompt = 0; prompt < prompts; prompt++) {
      for (int k = 0; k < sampling.candidates(); k++) {
        // Distinct streams for the candidates of one seed: SplittableRandom mixes its seed well.
        rows.add(new Row(k == 0, seeds[prompt] + 0x9E3779B97F4A7C15L * k));
      }
    }
    return rows;
  }

  /** The first tokens: the candidates of a prompt choose from the same logits. */
  private void begin(
      NDManager scope, TokenBatch batch, Prefill prefill, TokenChooser chooser, List<Row> rows) {
    long[] last =
        LongStream.rangeClosed(1, batch.rows()).map(row -> row * batch.length() - 1).toArray();
    try (NDManager inner = scope.newSubManager()) {
      NDArray logits = model.logits(prefill.hidden(), inner.create(last));
      take(inner, logits.repeat(0, sampling.candidates()), chooser, rows);
      logits.close();
    }
  }

  private void decode(NDManager scope, Prefill prefill, TokenChooser chooser, List<Row> rows) {
    for (int step = 1; step < sampling.maxNewTokens() && anyOpen(rows); step++) {
      try (NDManager inner = scope.newSubManager()) {
        long[] ids = rows.stream().mapToLong(Row::lastToken).toArray();
        take(inner, model.decode(inner, ids, prefill.cache()), chooser, rows);
      }
    }
  }

  private void take(NDManager scope, NDArray logits, TokenChooser chooser, List<Row> rows) {
    double[] draws = rows.stream().mapToDouble(Row::draw).toArray();
    Choices choices = chooser.choose(scope, logits, draws);
    logits.close();
    for (int i = 0; i < rows.size(); i++) {
      rows.get(i).take((int) choices.tokens()[i], choices.logProbabilities()[i]);
    }
  }

  private static boolean anyOpen(List<Row> rows) {
    return rows.stream().anyMatch(row -> !row.complete);
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
    private final boolean greedy;
    private final SplittableRandom random;
    private final List<Integer> tokens = new ArrayList<>();
    private double logProbability;
    private boolean complete;

    Row(boolean greedy, long seed) {
      this.greedy = greedy;
      random = new SplittableRandom(seed);
    }

    double draw() {
      return greedy ? TokenChooser.LIKELIEST : random.nextDouble();
    }

    void take(int token, double tokenLogProbability) {
      if (complete) {
        return;
      }
      logProbability += tokenLogProbability;
      if (stopTokens.contains(token)) {
        complete = true;
      } else {
        tokens.add(token);
      }
    }

    /** What a row that has ended feeds does not matter: nothing reads its output. */
    long lastToken() {
      return tokens.isEmpty() ? 0 : tokens.get(tokens.size() - 1);
    }
  }
}
