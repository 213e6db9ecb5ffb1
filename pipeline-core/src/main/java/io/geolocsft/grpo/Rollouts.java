package io.geolocsft.grpo;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Floats;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.generate.Continuation;
import io.geolocsft.generate.Generator;
import io.geolocsft.generate.Sampling;
import io.geolocsft.tensor.DeviceMemory;
import io.geolocsft.training.OutOfDeviceMemoryException;
import io.geolocsft.training.PixelSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers of the model as it is, a part of the images at a time. */
final class Rollouts {

  private static final Logger LOG = LoggerFactory.getLogger(Rollouts.class);

  private final GemmaModel model;
  private final Generator drawing;
  private final Generator greedy;
  private final PixelSource images;
  private final boolean cached;
  private final long seed;
  private final PolicyMemory memory;
  private final long free;
  private int imagesAtOnce;

  /**
   * Prepares.
   *
   * @param drawing of the answers to learn from
   * @param greedy of the answers to held-out images
   * @param cached whether {@code images} gives features rather than pixels
   * @param imagesAtOnce at most, and fewer once memory has run out
   * @param free bytes that answers may take
   */
  Rollouts(
      GemmaModel model,
      Generator drawing,
      Generator greedy,
      PixelSource images,
      boolean cached,
      long seed,
      int imagesAtOnce,
      PolicyMemory memory,
      long free) {
    this.model = model;
    this.drawing = drawing;
    this.greedy = greedy;
    this.images = images;
    this.cached = cached;
    this.seed = seed;
    this.imagesAtOnce = imagesAtOnce;
    this.memory = memory;
    this.free = free;
  }

  /**
   * Answers to learn from.
   *
   * @param step an image's answers are a function of the seed, the image, the step and the weights
   * @throws OutOfDeviceMemoryException if memory does not suffice for one image
   */
  List<AnswerGroup> draw(List<LocatedExample> wanted, int step) throws IOException {
    return answers(drawing, wanted, step);
  }

  /**
   * The likeliest answer to each image.
   *
   * @param step names it in messages
   * @throws OutOfDeviceMemoryException if memory does not suffice for one image
   */
  List<AnswerGroup> greedy(List<LocatedExample> wanted, int step) throws IOException {
    return answers(greedy, wanted, step);
  }

  private List<AnswerGroup> answers(Generator generator, List<LocatedExample> wanted, int step)
      throws IOException {
    List<AnswerGroup> drawn = new ArrayList<>();
    while (drawn.size() < wanted.size()) {
      List<LocatedExample> left = wanted.subList(drawn.size(), wanted.size());
      List<LocatedExample> part = fitting(left, generator.sampling());
      try {
        drawn.addAll(drawPart(generator, part, step));
      } catch (EngineException e) {
        if (!DeviceMemory.isLacking(e)) {
          throw e;
        }
        halve(part.size(), step, e);
      }
    }
    return drawn;
  }

  /** The first ones, as many as go at once. */
  private List<LocatedExample> fitting(List<LocatedExample> left, Sampling sampling) {
    int most = Math.min(left.size(), imagesAtOnce);
    while (most > 1
        && memory.drawing(left.subList(0, most), sampling.candidates(), sampling.maxNewTokens())
            > free) {
      most = (most + 1) / 2;
    }
    return left.subList(0, most);
  }

  private void halve(int tried, int step, EngineException cause) {
    DeviceMemory.release(model.device());
    if (tried == 1) {
      throw new OutOfDeviceMemoryException(
          String.format(
              Locale.ROOT,
              "Step %d: there is not enough memory for the answers to a single image (%s)",
              step,
              cause.getMessage()),
          cause);
    }
    imagesAtOnce = (tried + 1) / 2;
    LOG.warn(
        "Step {}: memory ran out, so answers are drawn for {} images at once from here on",
        step,
        imagesAtOnce);
  }

  private List<AnswerGroup> drawPart(Generator generator, List<LocatedExample> part, int step)
      throws IOException {
    List<int[]> prompts = part.stream().map(LocatedExample::prompt).toList();
    long[] seeds = part.stream().mapToLong(image -> seed(image, step)).toArray();
    List<float[]> loaded = new ArrayList<>();
    for (LocatedExample image : part) {
      Collections.addAll(loaded, images.pixels(image.example()));
    }
    float[][] seen = loaded.toArray(float[][]::new);
    try (NDManager scope = model.newScope()) {
      NDArray features = cached ? features(scope, seen) : generator.features(scope, seen);
      List<List<Continuation>> answers = generator.generate(prompts, features, seeds);
      List<AnswerGroup> groups = new ArrayList<>();
      for (int i = 0; i < part.size(); i++) {
        groups.add(new AnswerGroup(part.get(i), answers.get(i)));
      }
      return groups;
    }
  }

  private NDArray features(NDManager scope, float[][] seen) {
    int width = model.config().text().hiddenSize();
    return scope.create(Floats.concat(seen), new Shape(seen.length, seen[0].length / width, width));
  }

  private long seed(LocatedExample image, int step) {
    return Hashing.sipHash24(seed, step)
        .hashString(image.example().imageId(), StandardCharsets.UTF_8)
        .asLong();
  }
}
