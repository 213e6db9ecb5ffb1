package io.geolocsft.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Ints;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GemmaModel.Prefill;
import io.geolocsft.gemma.TokenBatch;
import io.geolocsft.gemma.TokenBatch.Padding;
import io.geolocsft.generate.TokenChooser.Choices;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Answers prompts in batches. A prompt is run once however many candidates it has, and tokens that
 * an answer's form leaves no choice about are not asked for: they are run together with the next
 * that was chosen.
 *
 * <p>Thread-safe, as the model is.
 */
public final class Generator {

  /** Tokens of an answer that are run at once at most. */
  private static final int LONGEST_RUN = 32;

  private static final int IMAGES_AT_ONCE = 32;

  private final GemmaModel model;
  private final Set<Integer> stopTokens;
  private final Sampling sampling;
  private final TokenAutomaton form;

  /**
   * Prepares generation of any text.
   *
   * @param stopTokens tokens that end an answer
   */
  public Generator(GemmaModel model, Set<Integer> stopTokens, Sampling sampling) {
    this(model, stopTokens, sampling, null);
  }

  /**
   * Prepares generation of answers of one form, which are always whole.
   *
   * @throws IllegalArgumentException if the tokens that an answer may have might not suffice
   */
  public Generator(GemmaModel model, Sampling sampling, TokenAutomaton form) {
    this(model, Set.of(), sampling, form);
    path(sampling.maxNewTokens());
  }

  private Generator(
      GemmaModel model, Set<Integer> stopTokens, Sampling sampling, TokenAutomaton form) {
    this.model = model;
    this.stopTokens = Set.copyOf(stopTokens);
    this.sampling = sampling;
    this.form = form;
  }

  /** How its answers are drawn. */
  public Sampling sampling() {
    return sampling;
  }

  private AnswerPath path(int most) {
    return form == null ? null : new AnswerPath(form, most);
  }

  /**
   * Answers a batch.
   *
   * @param prompts token rows, image tokens included, of any length
   * @param pixels of the prompts' images in order, {@code [3, side, side]} each
   * @param seeds one a prompt; its k-th candidate is a function of the seed and k
   * @return the candidates of each prompt
   * @throws IllegalArgumentException if a prompt is empty, or prompts, images and seeds differ in
   *     number
   */
  public List<List<Continuation>> generate(List<int[]> prompts, float[][] pixels, long[] seeds) {
    try (NDManager scope = model.newScope()) {
      return generate(prompts, pixels.length == 0 ? null : features(scope, pixels), seeds);
    }
  }

  /**
   * Answers a batch whose images the vision tower has seen.
   *
   * @param prompts as above
   * @param features of their images, as {@link #features} makes them; null without images. They
   *     stay the caller's.
   * @param seeds as above
   */
  public List<List<Continuation>> generate(List<int[]> prompts, NDArray features, long[] seeds) {
    check(prompts, seeds);
    if (prompts.isEmpty()) {
      return List.of();
    }
    List<GrowingAnswer> rows = candidates(prompts.size(), seeds);
    TokenBatch batch = layOut(opened(prompts, rows));
    try (NDManager scope = model.newScope();
        TokenChooser chooser = new TokenChooser(scope, model.kernels(), sampling)) {
      Prefill prefill =
          model.prefill(
              scope,
              batch,
              features,
              sampling.candidates(),
              sampling.maxNewTokens(),
              form == null ? 1 : LONGEST_RUN);
      try (prefill) {
        begin(scope, batch, prefill, chooser, rows);
        decode(scope, prefill, chooser, rows);
        return collect(rows, prompts.size());
      }
    }
  }

  /**
   * A given answer with the choices that a model would have made to draw it. No model is asked: the
   * log-probabilities are 0.
   *
   * @param tokens of the whole answer and, behind it, a stop token
   * @param most tokens that an answer may have
   * @return nothing where it is not of the form that answers are held to, or does not fit
   */
  public Optional<Continuation> follow(int[] tokens, int most) {
    GrowingAnswer answer =
        new GrowingAnswer(true, new SplittableRandom(0), stopTokens, most, path(most));
    return answer.follow(tokens) ? Optional.of(answer.finished()) : Optional.empty();
  }

  /** The prompts and what every answer begins with. */
  private static List<int[]> opened(List<int[]> prompts, List<GrowingAnswer> rows) {
    int[] opening = rows.get(0).said();
    return prompts.stream().map(prompt -> Ints.concat(prompt, opening)).toList();
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
          String.format(
              Locale.ROOT, "%d prompts need a seed each, not %d", prompts.size(), seeds.length));
    }
    if (prompts.stream().anyMatch(prompt -> prompt.length == 0)) {
      throw new IllegalArgumentException("A prompt is empty; it needs at least one token");
    }
  }

  /**
   * What the language model sees of images: the same for all models with one vision tower, such as
   * a base model and its adapters. In parts, for pixels take a hundred times the memory of what is
   * made of them.
   *
   * @param scope where the features live
   * @param pixels one image at least, {@code [3, side, side]} each
   * @return {@code [images, tokens, hidden]}
   */
  public NDArray features(NDManager scope, float[][] pixels) {
    int side = model.config().vision().orElseThrow().imageSize();
    NDList parts = new NDList();
    for (int from = 0; from < pixels.length; from += IMAGES_AT_ONCE) {
      float[][] some =
          Arrays.copyOfRange(pixels, from, Math.min(pixels.length, from + IMAGES_AT_ONCE));
      Shape shape = new Shape(some.length, 3, side, side);
      try (NDArray images = scope.create(Floats.concat(some), shape)) {
        parts.add(model.imageFeatures(images, false));
      }
    }
    return parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts);
  }

  private List<GrowingAnswer> candidates(int prompts, long[] seeds) {
    List<GrowingAnswer> rows = new ArrayList<>();
    for (int prompt = 0; prompt < prompts; prompt++) {
      List<SplittableRandom> streams = streams(seeds[prompt], sampling.candidates());
      for (int k = 0; k < streams.size(); k++) {
        rows.add(
            new GrowingAnswer(
                k == 0 && sampling.greedyFirst(),
                streams.get(k),
                stopTokens,
                sampling.maxNewTokens(),
                path(sampling.maxNewTokens())));
      }
    }
    return rows;
  }

  /**
   * What the candidates of one seed draw from, each independent of the others. Seeds that are
   * computed from one another would not do: those that lie {@link SplittableRandom}'s own increment
   * apart, for one, give the same numbers shifted by one.
   */
  static List<SplittableRandom> streams(long seed, int candidates) {
    SplittableRandom root = new SplittableRandom(seed);
    return Stream.generate(root::split).limit(candidates).toList();
  }

  /** The first tokens: the candidates of a prompt choose from the same logits. */
  private void begin(
      NDManager scope,
      TokenBatch batch,
      Prefill prefill,
      TokenChooser chooser,
      List<GrowingAnswer> rows) {
    long[] last =
        LongStream.rangeClosed(1, batch.rows()).map(row -> row * batch.length() - 1).toArray();
    try (NDManager inner = scope.newSubManager()) {
      NDArray logits = model.logits(prefill.hidden(), inner.create(last));
      take(logits.repeat(0, sampling.candidates()), chooser, rows);
      logits.close();
    }
  }

  private void decode(
      NDManager scope, Prefill prefill, TokenChooser chooser, List<GrowingAnswer> rows) {
    while (rows.stream().anyMatch(GrowingAnswer::isOpen)) {
      try (NDManager inner = scope.newSubManager()) {
        long[][] runs = rows.stream().map(row -> row.run(LONGEST_RUN)).toArray(long[][]::new);
        take(model.decode(inner, runs, prefill.cache()), chooser, rows);
      }
    }
  }

  private void take(NDArray logits, TokenChooser chooser, List<GrowingAnswer> rows) {
    double[] draws = rows.stream().mapToDouble(GrowingAnswer::draw).toArray();
    List<BitSet> allowed =
        form == null ? List.of() : rows.stream().map(GrowingAnswer::allowed).toList();
    Choices choices = chooser.choose(logits, draws, allowed);
    logits.close();
    for (int i = 0; i < rows.size(); i++) {
      rows.get(i).take((int) choices.tokens()[i], choices.logProbabilities()[i]);
    }
  }

  private List<List<Continuation>> collect(List<GrowingAnswer> rows, int prompts) {
    int candidates = sampling.candidates();
    return IntStream.range(0, prompts)
        .mapToObj(
            prompt ->
                rows.subList(prompt * candidates, (prompt + 1) * candidates).stream()
                    .map(GrowingAnswer::finished)
                    .toList())
        .toList();
  }
}
