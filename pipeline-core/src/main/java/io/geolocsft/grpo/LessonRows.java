package io.geolocsft.grpo;

import ai.djl.engine.EngineException;
import com.google.common.collect.Lists;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.grpo.PolicyBatch.Lesson;
import io.geolocsft.grpo.PolicyBatch.Lessons;
import io.geolocsft.training.OutOfDeviceMemoryException;
import io.geolocsft.training.PixelSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a rank learns from in a step, in parts that its memory can take. */
final class LessonRows {

  private static final Logger LOG = LoggerFactory.getLogger(LessonRows.class);

  private final GemmaModel model;
  private final Optional<GemmaModel> reference;
  private final PixelSource images;
  private final boolean cached;
  private final PolicyMemory memory;
  private final long free;
  private int microBatchSize;
  private int answersAtOnce = Integer.MAX_VALUE;
  private int mostImages;
  private int mostAnswers;
  private List<Lessons> lessons = List.of();
  private List<PolicyBatch> batches = List.of();
  private float[] old = {};
  private float[] known = {};
  private BitSet isKnown = new BitSet();

  /**
   * Prepares.
   *
   * @param model under training
   * @param reference that it must stay near
   * @param cached whether {@code images} gives features rather than pixels
   * @param microBatchSize images that are computed at once, at most
   * @param free bytes that they may take
   */
  LessonRows(
      GemmaModel model,
      Optional<GemmaModel> reference,
      PixelSource images,
      boolean cached,
      int microBatchSize,
      PolicyMemory memory,
      long free) {
    this.model = model;
    this.reference = reference;
    this.images = images;
    this.cached = cached;
    this.memory = memory;
    this.free = free;
    this.microBatchSize = microBatchSize;
  }

  /** Images that are computed at once, at most. */
  int microBatchSize() {
    return microBatchSize;
  }

  List<PolicyBatch> batches() {
    return batches;
  }

  /** Log-probabilities that the choices were drawn with, by {@link PolicyBatch#first}. */
  float[] old() {
    return old;
  }

  /** Takes the answers of a step. */
  void take(List<Lessons> all) throws IOException {
    lessons = all;
    int choices = all.stream().mapToInt(Lessons::choices).sum();
    old = new float[choices];
    known = new float[reference.isPresent() ? choices : 0];
    isKnown = new BitSet();
    layOut();
  }

  /** Log-probabilities by the reference model, found out once; empty without one. */
  float[] reference(PolicyBatch batch, PolicyLoss loss) {
    if (reference.isPresent() && !isKnown.get(batch.first())) {
      loss.readReference(batch, reference.get(), known);
      isKnown.set(batch.first());
    }
    return known;
  }

  private void layOut() throws IOException {
    List<PolicyBatch> made = new ArrayList<>();
    int first = 0;
    mostImages = 0;
    mostAnswers = 0;
    for (List<Lessons> part : parts()) {
      mostImages = Math.max(mostImages, part.size());
      for (Lessons image : part) {
        mostAnswers = Math.max(mostAnswers, image.answers().size());
      }
      List<int[]> prompts = part.stream().map(lessons -> lessons.image().prompt()).toList();
      made.add(
          PolicyBatch.of(
              part,
              first,
              images,
              cached,
              memory.shared(prompts),
              model.config().imageTokenId(),
              model.config().text().vocabSize()));
      first += part.stream().mapToInt(Lessons::choices).sum();
    }
    batches = made;
  }

  /** Images that go together: no more than may, and than memory has room for. */
  private List<List<Lessons>> parts() {
    List<List<Lessons>> parts = new ArrayList<>();
    List<Lessons> open = new ArrayList<>();
    for (Lessons image : split()) {
      open.add(image);
      boolean isTooMuch = open.size() > microBatchSize || memory.learning(open) > free;
      if (isTooMuch && open.size() > 1) {
        open.remove(open.size() - 1);
        parts.add(open);
        open = new ArrayList<>(List.of(image));
      }
    }
    if (!open.isEmpty()) {
      parts.add(open);
    }
    return parts;
  }

  /** Images with no more answers than go at once; one with more comes several times. */
  private List<Lessons> split() {
    List<Lessons> parts = new ArrayList<>();
    for (Lessons image : lessons) {
      for (List<Lesson> answers : Lists.partition(image.answers(), answersAtOnce(image))) {
        parts.add(new Lessons(image.image(), answers));
      }
    }
    return parts;
  }

  private int answersAtOnce(Lessons image) {
    int most = Math.min(answersAtOnce, image.answers().size());
    while (most > 1 && memory.learning(List.of(image.first(most))) > free) {
      most = (most + 1) / 2;
    }
    return most;
  }

  /**
   * Half as many images from here on, at most, and where that is one, half of its answers.
   *
   * @throws OutOfDeviceMemoryException if that is one, too
   */
  void halve(int step, EngineException cause) throws IOException {
    if (mostImages > 1) {
      microBatchSize = (mostImages + 1) / 2;
    } else if (mostAnswers > 1) {
      answersAtOnce = (mostAnswers + 1) / 2;
    } else {
      throw new OutOfDeviceMemoryException(
          String.format(
              Locale.ROOT,
              "Step %d: there is not enough memory for a single answer (%s)",
              step,
              cause.getMessage()),
          cause);
    }
    isKnown = new BitSet();
    layOut();
    LOG.warn(
        "Step {}: memory ran out, so {} images with {} answers are computed at once from here on; the steps stay the same",
        step,
        mostImages,
        mostAnswers);
  }
}
