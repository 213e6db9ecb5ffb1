package io.geolocsft.sft;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import io.geolocsft.sft.Checkpoints.Restored;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

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

  /** Before the names of the best tensors in a checkpoint. */
  static final String BEST = "best.";

  private final TrainingSettings settings;
  private final GemmaModel base;
  private final PixelSource pixels;
  private final AllReduce allReduce;
  private final Optional<LoraAdapter> adapter;
  private final GemmaModel model;
  private final Map<String, NDArray> trained;
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
    trained = adapter.map(LoraAdapter::tensors).orElseGet(() -> base.weights().tensors());
    optimizerStep =
        new OptimizerStep(
            settings.optimization(),
            settings.savings(),
            settings.wire(),
            model,
            trained,
            allReduce);
  }

  /** The adapter under training; empty when every weight is trained. */
  public Optional<LoraAdapter> adapter() {
    return adapter;
  }

  /**
   * Runs all steps that the newest checkpoint has not seen. In the end the first rank's tensors are
   * the result.
   *
   * @param examples the same on every rank, in the same order
   * @param features where a frozen tower's features are kept, the same for all ranks; without it,
   *     and when every weight is trained, the tower runs in every step
   * @param log is told of every step
   * @throws ArithmeticException if the loss or its gradient is not finite; the message names the
   *     step, and for the loss the rank and the images
   * @throws OutOfDeviceMemoryException if the device has too little memory for one row
   * @throws OtherRunException if the checkpoints were made by other settings
   */
  public void train(
      List<TrainingExample> examples,
      Optional<FeatureCache> features,
      Checkpoints checkpoints,
      StepLog log)
      throws IOException {
    Optional<FeatureCache> cache = adapter.isPresent() ? features : Optional.empty();
    if (cache.isPresent()) {
      new VisionFeatures(base, pixels, allReduce).fill(cache.get(), examples);
    }
    Validation.Split split = settings.validation().split(examples, settings.seed());
    ExampleOrder order =
        new ExampleOrder(
            split.training().size(), settings.batchSize(), settings.epochs(), settings.seed());
    boolean isFirst = allReduce.rank() == 0;
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector();
        BestSoFar best = new BestSoFar(trained, isFirst && settings.validation().best())) {
      int done = restore(checkpoints, best);
      try (StepRows rows =
              new StepRows(
                  split.training(),
                  order,
                  settings,
                  allReduce,
                  cache.<PixelSource>map(c -> c::get).orElse(pixels),
                  model.config().imageTokenId(),
                  done);
          CheckpointWriter writer = new CheckpointWriter(checkpoints)) {
        HeldOutLoss heldOut = new HeldOutLoss(split.heldOut(), optimizerStep, allReduce);
        TrainingLoop loop =
            new TrainingLoop(
                settings,
                optimizerStep,
                allReduce,
                order,
                rows,
                cache.isPresent(),
                heldOut,
                best,
                writer,
                log);
        loop.run(done, collector);
        writer.finish();
      }
      best.apply();
    }
  }

  /** The first rank chooses the checkpoint, so that all go on from the same. */
  private int restore(Checkpoints checkpoints, BestSoFar best) throws IOException {
    Map<String, NDArray> state = optimizerStep.state();
    Function<TrainingProgress, Map<String, NDArray>> expected =
        progress -> best.isKeptAfter(progress.lowest()) ? withBest(state) : state;
    boolean chooses = allReduce.rank() == 0;
    try (NDManager scope = model.newScope()) {
      Restored restored =
          chooses ? checkpoints.newest(expected, scope) : Checkpoints.Restored.NOTHING;
      float[] steps = {restored.progress().steps()};
      allReduce.sum(steps, WireType.FLOAT32);
      if (!chooses) {
        restored = checkpoints.at((int) steps[0], expected, scope);
      }
      Map<String, NDArray> values = restored.values();
      state.forEach(
          (name, tensor) -> {
            if (values.containsKey(name)) {
              HostCopy.write(values.get(name), tensor);
            }
          });
      best.restore(restored.progress().lowest(), name -> values.get(BEST + name));
      return restored.progress().steps();
    }
  }

  private Map<String, NDArray> withBest(Map<String, NDArray> state) {
    Map<String, NDArray> all = new LinkedHashMap<>(state);
    trained.forEach((name, tensor) -> all.put(BEST + name, tensor));
    return all;
  }

  @Override
  public void close() {
    optimizerStep.close();
    model.close();
    adapter.ifPresent(LoraAdapter::close);
  }
}
