package io.geolocsft.sft;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import com.google.common.collect.Lists;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.sft.PhaseClock.Phase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
 */
public final class Trainer implements AutoCloseable {

  private static final int FEATURE_BATCH = 32;

  private final TrainingSettings settings;
  private final GemmaModel base;
  private final PixelSource pixels;
  private final AllReduce allReduce;
  private final Optional<LoraAdapter> adapter;
  private final GemmaModel model;
  private final Map<String, NDArray> trained;
  private final AdamW optimizer;

  /**
   * Prepares training.
   *
   * @param base the model whose decoder gets an adapter, or whose weights, in float32, are trained
   *     themselves
   */
  public Trainer(
      TrainingSettings settings, GemmaModel base, PixelSource pixels, AllReduce allReduce) {
    this.settings = settings;
    this.base = base;
    this.pixels = pixels;
    this.allReduce = allReduce;
    adapter = settings.lora().map(lora -> LoraAdapter.create(lora, base, settings.seed()));
    model = adapter.map(base::with).orElse(base);
    trained = adapter.map(LoraAdapter::tensors).orElseGet(() -> base.weights().tensors());
    trained.values().forEach(tensor -> tensor.setRequiresGradient(true));
    optimizer = new AdamW(settings, trained, model.kernels(), model.newScope());
  }

  /** The adapter under training; empty when every weight is trained. */
  public Optional<LoraAdapter> adapter() {
    return adapter;
  }

  /**
   * Runs all steps that the newest checkpoint has not seen.
   *
   * @param examples the same on every rank, in the same order
   * @param features where a frozen tower's features are kept; without it, and when every weight is
   *     trained, the tower runs in every step
   * @param report called after every step
   * @throws ArithmeticException if the loss is not finite; the message names step, rank and images
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
      for (int step = done; step < order.steps(); step++) {
        PhaseClock clock = new PhaseClock();
        int targets =
            order.batch(step).stream().mapToInt(i -> examples.get(i).targetTokens()).sum();
        List<MicroBatch> micro = rows.next();
        clock.endOf(Phase.DATA);
        Engine.getEngine("PyTorch").setRandomSeed((int) (settings.seed() + step));
        double loss = 0;
        for (MicroBatch batch : micro) {
          loss += accumulate(batch, targets, cache.isPresent(), step, collector, clock);
        }
        double rate =
            settings
                .schedule()
                .rate(settings.learningRate(), step, settings.warmupSteps(), order.steps());
        Update update = update(loss, rate, step, clock);
        boolean save = (step + 1) % settings.checkpointSteps() == 0 || step + 1 == order.steps();
        if (save && allReduce.rank() == 0) {
          checkpoints.save(step + 1, state());
        }
        clock.endOf(Phase.CHECKPOINT);
        int tokens = micro.stream().mapToInt(MicroBatch::tokenCount).sum();
        report.accept(
            new StepReport(
                step,
                order.steps(),
                order.epoch(step),
                allReduce.rank(),
                update.loss(),
                rate,
                update.gradientNorm(),
                targets,
                tokens,
                clock));
      }
    }
  }

  private void fill(FeatureCache cache, List<TrainingExample> examples) throws IOException {
    List<TrainingExample> missing = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      boolean mine = i % allReduce.ranks() == allReduce.rank();
      if (mine && !cache.contains(examples.get(i))) {
        missing.add(examples.get(i));
      }
    }
    for (List<TrainingExample> rows : Lists.partition(missing, FEATURE_BATCH)) {
      float[][] loaded = new float[rows.size()][];
      for (int i = 0; i < loaded.length; i++) {
        loaded[i] = pixels.pixels(rows.get(i));
      }
      try (NDManager scope = model.newScope()) {
        NDArray all = base.imageFeatures(pixelArray(scope, loaded), false);
        for (int i = 0; i < loaded.length; i++) {
          cache.put(rows.get(i), all.get(i).toFloatArray());
        }
      }
    }
  }

  private int restore(Checkpoints checkpoints) throws IOException {
    try (NDManager scope = model.newScope()) {
      return checkpoints.restore(state(), scope);
    }
  }

  /** Adds a micro-batch's gradients; returns its part of the loss. */
  private double accumulate(
      MicroBatch batch,
      int targets,
      boolean cached,
      int step,
      GradientCollector collector,
      PhaseClock clock) {
    try (NDManager scope = model.newScope()) {
      NDArray features =
          cached
              ? featureArray(scope, batch.images())
              : model.imageFeatures(pixelArray(scope, batch.images()), true);
      NDArray hidden = model.hiddenStates(scope, batch.tokens(), features, true);
      NDArray sum =
          model.lossSum(hidden, scope.create(batch.at()), scope.create(batch.targets()), true);
      NDArray loss = sum.div(targets);
      double value = loss.getFloat();
      clock.endOf(Phase.FORWARD);
      if (!Double.isFinite(value)) {
        throw new ArithmeticException(
            "The loss is %s in step %d on rank %d; images of the micro-batch: %s"
                .formatted(
                    value,
                    step,
                    allReduce.rank(),
                    Lists.transform(batch.examples(), TrainingExample::imageId)));
      }
      collector.backward(loss);
      clock.endOf(Phase.BACKWARD);
      return value;
    }
  }

  private NDArray pixelArray(NDManager scope, float[][] images) {
    int side = model.config().vision().orElseThrow().imageSize();
    return rows(scope, images, new Shape(images.length, 3, side, side));
  }

  private NDArray featureArray(NDManager scope, float[][] images) {
    int tokens = model.config().vision().orElseThrow().tokensPerImage();
    return rows(
        scope, images, new Shape(images.length, tokens, model.config().text().hiddenSize()));
  }

  private static NDArray rows(NDManager scope, float[][] rows, Shape shape) {
    return scope.create(com.google.common.primitives.Floats.concat(rows), shape);
  }

  private record Update(double loss, double gradientNorm) {}

  private Update update(double loss, double rate, int step, PhaseClock clock) throws IOException {
    try (NDManager scope = model.newScope()) {
      NDList gradients = new NDList();
      for (NDArray tensor : trained.values()) {
        NDArray gradient = tensor.getGradient();
        gradient.attach(scope);
        gradients.add(gradient);
      }
      double total = allReduce.ranks() == 1 ? loss : reduce(loss, gradients, scope);
      clock.endOf(Phase.ALL_REDUCE);
      gradients.forEach(gradient -> gradient.setName("g[]"));
      double norm =
          model
              .kernels()
              .call("global_norm", new NDList(scope.create(0f)).addAll(gradients))
              .singletonOrThrow()
              .getFloat();
      double limit = settings.maxGradientNorm();
      float scale = limit > 0 && norm > limit ? (float) (limit / (norm + 1e-6)) : 1;
      optimizer.step(gradients, scope.create(scale), rate, step);
      trained.values().forEach(tensor -> JniUtils.zeroGrad((PtNDArray) tensor));
      clock.endOf(Phase.OPTIMIZER);
      return new Update(total, norm);
    }
  }

  /** Sums loss and gradients over the ranks as one vector. */
  private double reduce(double loss, NDList gradients, NDManager scope) throws IOException {
    NDList flat = new NDList(scope.create((float) loss).reshape(1));
    gradients.forEach(gradient -> flat.add(gradient.flatten()));
    float[] vector = NDArrays.concat(flat).toFloatArray();
    allReduce.sum(vector);
    NDArray summed = scope.create(vector);
    long offset = 1;
    for (NDArray gradient : gradients) {
      long end = offset + gradient.size();
      summed.get(offset + ":" + end).reshape(gradient.getShape()).copyTo(gradient);
      offset = end;
    }
    return vector[0];
  }

  private Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>(optimizer.state());
    trained.forEach((name, tensor) -> state.put("parameter." + name, tensor));
    return state;
  }

  @Override
  public void close() {
    optimizer.close();
    if (adapter.isPresent()) {
      model.close();
      adapter.get().close();
    }
  }
}
