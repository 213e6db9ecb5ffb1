package io.geolocsft.sft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.training.CheckpointedRun;
import io.geolocsft.training.Checkpoints;
import io.geolocsft.training.ExampleOrder;
import io.geolocsft.training.FeatureCache;
import io.geolocsft.training.OptimizerStep;
import io.geolocsft.training.OtherRunException;
import io.geolocsft.training.OutOfDeviceMemoryException;
import io.geolocsft.training.PixelSource;
import io.geolocsft.training.StepLog;
import io.geolocsft.training.TokenPass;
import io.geolocsft.training.TrainingExample;
import io.geolocsft.training.Validation;
import io.geolocsft.training.VisionFeatures;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        new OptimizerStep(settings.optimization(), settings.wire(), model, trained, allReduce);
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
      StepLog<StepReport> log)
      throws IOException {
    Optional<FeatureCache> cache = adapter.isPresent() ? features : Optional.empty();
    if (cache.isPresent()) {
      new VisionFeatures(base, pixels, allReduce).fill(cache.get(), examples);
    }
    Validation.Split split = settings.validation().split(examples, settings.seed());
    ExampleOrder order =
        new ExampleOrder(
            split.training().size(), settings.batchSize(), settings.epochs(), settings.seed());
    PixelSource images = cache.<PixelSource>map(kept -> kept::get).orElse(pixels);
    TargetLoss loss = new TargetLoss(new TokenPass(model, settings.savings(), allReduce.rank()));
    CheckpointedRun run =
        new CheckpointedRun(
            model,
            trained,
            optimizerStep,
            allReduce,
            settings.validation(),
            settings.checkpointSteps());
    run.run(
        checkpoints,
        (first, collector) ->
            new SftSteps(
                settings,
                optimizerStep,
                loss,
                allReduce,
                order,
                new StepRows(
                    split.training(),
                    order,
                    settings,
                    allReduce,
                    images,
                    cache.isPresent(),
                    model.config().imageTokenId(),
                    first),
                new HeldOutLoss(split.heldOut(), loss, allReduce),
                log,
                collector));
  }

  @Override
  public void close() {
    optimizerStep.close();
    model.close();
    adapter.ifPresent(LoraAdapter::close);
  }
}
