package io.geolocsft.sft;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import com.google.common.collect.Lists;
import io.geolocsft.gemma.Bfloat16;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import io.geolocsft.sft.OptimizerStep.Outcome;
import io.geolocsft.sft.PhaseClock.Phase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Trains an adapter, or every weight, on one rank of a run.
 *
 * <p>A step's loss is the mean over the target tokens of its global batch. Every rank knows the
 * whole batch, so each divides its share by the common count, and the summed gradients are exact
 * for any number of ranks and any micro-batch.
 *
 * <p>DJL collects gradients for one trainer of a process at a time.
 */
public final class Trainer implements AutoCloseable {

  private static final int FEATURE_BATCH = 32;

  private final TrainingSettings settings;
  private final GemmaModel base;
  private final PixelSource pixels;
  private final AllReduce allReduce;
  private final Optional<LoraAdapter> adapter;
  private final GemmaModel model;
  private final OptimizerStep optimizerStep;

  /**
   * Prepares training.
   *
   * @param base the model whose decoder gets an adapter, or whose weights are trained themselves
   * @throws IllegalArgumentException if the weights are to be trained and are not in float32, which
   *     small steps would not change
   */
  public Trainer(
      TrainingSettings settings, GemmaModel base, PixelSource pixels, AllReduce allReduce) {
    if (settings.lora().isEmpty() && base.type() != DataType.FLOAT32) {
      throw new IllegalArgumentException(
          "Training every weight needs a model in float32, not " + base.type());
    }
    this.settings = settings;
    this.base = base;
    this.pixels = pixels;
    this.allReduce = allReduce;
    adapter = settings.lora().map(lora -> LoraAdapter.create(lora, base, settings.seed()));
    model = adapter.map(base::with).orElseGet(base::trainable);
    Map<String, NDArray> trained =
        adapter.map(LoraAdapter::tensors).orElseGet(() -> base.weights().tensors());
    optimizerStep = new OptimizerStep(settings, model, trained, allReduce);
  }

  /** The adapter under training; empty when every weight is trained. */
  public Optional<LoraAdapter> adapter() {
    return adapter;
  }

  /**
   * Runs all steps that the newest checkpoint has not seen.
   *
   * @param examples the same on every rank, in the same order
   * @param features where a frozen tower's features are kept, one folder for all ranks; without it,
   *     and when every weight is trained, the tower runs in every step
   * @param report called after every step
   * @throws ArithmeticException if the loss or its gradient is not finite; the message names the
   *     step, and for the loss the rank and the images
   */
  public void train(
      List<TrainingExample> examples,
      Optional<FeatureCache> features,
      Checkpoints checkpoints,
      Consumer<StepReport> report)
      throws IOException {
    ExampleOrder order =
        new ExampleOrder(examples.size(), settings.batchSize(), settings.epochs(), settings.seed());
    Optional<FeatureCache> cache = adapter.isPresent() ? features : Optional.empty();
    if (cache.isPresent()) {
      fill(cache.get(), examples);
    }
    PixelSource images = cache.<PixelSource>map(c -> c::get).orElse(pixels);
    int done = restore(checkpoints);
    int imageToken = model.config().imageTokenId();
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector();
        StepRows rows =
            new StepRows(examples, order, settings, allReduce, images, imageToken, done)) {
      PhaseClock clock = new PhaseClock();
      for (int step = done; step < order.steps(); step++) {
        List<MicroBatch> batches = rows.next();
        clock.endOf(Phase.DATA);
        int targets = targetTokens(order.batch(step), examples);
        double loss = accumulate(batches, cache.isPresent(), targets, step, collector, clock);
        double rate = learningRate(step, order.steps());
        Outcome outcome = optimizerStep.update(loss, rate, step, clock);
        // Before the checkpoint: a step that no log knows must not count as done.
        report.accept(report(step, order, outcome, rate, targets, batches, clock));
        clock = new PhaseClock();
        saveIfDue(checkpoints, step, order.steps());
        clock.endOf(Phase.CHECKPOINT);
      }
    }
  }

  private static int targetTokens(List<Integer> batch, List<TrainingExample> examples) {
    return batch.stream().mapToInt(i -> examples.get(i).targetTokens()).sum();
  }

  private double learningRate(int step, int steps) {
    return settings.schedule().rate(settings.learningRate(), step, settings.warmupSteps(), steps);
  }

  private double accumulate(
      List<MicroBatch> batches,
      boolean cached,
      int targets,
      int step,
      GradientCollector collector,
      PhaseClock clock) {
    // Dropout is a function of the step, so that a resumed run drops what a straight one does.
    long stream = settings.seed() + (long) step * allReduce.ranks() + allReduce.rank();
    Engine.getEngine("PyTorch").setRandomSeed((int) stream);
    double loss = 0;
    for (MicroBatch batch : batches) {
      loss += optimizerStep.accumulate(batch, cached, targets, step, collector, clock);
    }
    return loss;
  }

  private void saveIfDue(Checkpoints checkpoints, int step, int steps) throws IOException {
    boolean due = (step + 1) % settings.checkpointSteps() == 0 || step + 1 == steps;
    if (due && allReduce.rank() == 0) {
      checkpoints.save(step + 1, optimizerStep.state());
    }
  }

  private StepReport report(
      int step,
      ExampleOrder order,
      Outcome outcome,
      double learningRate,
      int targets,
      List<MicroBatch> batches,
      PhaseClock clock) {
    return new StepReport(
        step,
        order.steps(),
        order.epoch(step),
        allReduce.rank(),
        outcome.loss(),
        learningRate,
        outcome.gradientNorm(),
        targets,
        batches.stream().mapToInt(MicroBatch::tokenCount).sum(),
        clock);
  }

  /** Each rank computes its share of the features that are missing. */
  private void fill(FeatureCache cache, List<TrainingExample> examples) throws IOException {
    List<TrainingExample> missing = new ArrayList<>();
    for (int i = allReduce.rank(); i < examples.size(); i += allReduce.ranks()) {
      if (!cache.contains(examples.get(i))) {
        missing.add(examples.get(i));
      }
    }
    int views = missing.stream().mapToInt(TrainingExample::views).max().orElse(1);
    for (List<TrainingExample> rows :
        Lists.partition(missing, Math.max(1, FEATURE_BATCH / views))) {
      store(cache, rows);
    }
    // A rank reads what others have stored, so none goes on before all have: a sum waits for all.
    allReduce.sum(new float[1], WireType.FLOAT32);
  }

  private void store(FeatureCache cache, List<TrainingExample> rows) throws IOException {
    List<float[]> images = new ArrayList<>();
    for (TrainingExample row : rows) {
      Collections.addAll(images, pixels.pixels(row));
    }
    try (NDManager scope = model.newScope()) {
      float[][] all = images.toArray(float[][]::new);
      NDArray features = base.imageFeatures(OptimizerStep.pixelArray(model, scope, all), false);
      NDArray wide = Bfloat16.convert(features, DataType.FLOAT32);
      int view = 0;
      for (TrainingExample row : rows) {
        float[][] own = new float[row.views()][];
        for (int i = 0; i < own.length; i++) {
          own[i] = wide.get(view++).toFloatArray();
        }
        cache.put(row, own);
      }
    }
  }

  private int restore(Checkpoints checkpoints) throws IOException {
    try (NDManager scope = model.newScope()) {
      return checkpoints.restore(optimizerStep.state(), scope);
    }
  }

  @Override
  public void close() {
    optimizerStep.close();
    model.close();
    adapter.ifPresent(LoraAdapter::close);
  }
}
