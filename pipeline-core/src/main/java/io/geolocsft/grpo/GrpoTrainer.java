package io.geolocsft.grpo;

import com.google.common.collect.Maps;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.generate.Generator;
import io.geolocsft.generate.Sampling;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.reward.Reward;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.tensor.DeviceMemory;
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
import java.util.function.Function;

/**
 * Trains an adapter by the rewards of its own answers, on one rank of a run.
 *
 * <p>Every rank draws answers for its share of a batch's images with the weights as they are, and
 * all know what all answers are worth: advantages and the weight of each token are the same for any
 * number of ranks and any micro-batch. The adapter drops nothing out, since answers are drawn
 * without dropout.
 *
 * <p>DJL collects gradients for one trainer of a process at a time.
 */
public final class GrpoTrainer implements AutoCloseable {

  /** Of free memory: formulas and allocators are not exact. */
  private static final double USED_MEMORY = 0.9;

  private final PolicySettings settings;
  private final GemmaModel base;
  private final PixelSource pixels;
  private final AllReduce allReduce;
  private final GemmaModel model;
  private final Optional<GemmaModel> reference;
  private final OptimizerStep optimizerStep;
  private final LoraAdapter adapter;

  /**
   * Prepares training.
   *
   * @param base the model below the adapters; stays the caller's, as they do
   * @param adapter goes on from where it is
   * @param start the same adapter once more, which stays as it is; needed where the objective has a
   *     beta above 0
   */
  public GrpoTrainer(
      PolicySettings settings,
      GemmaModel base,
      LoraAdapter adapter,
      Optional<LoraAdapter> start,
      PixelSource pixels,
      AllReduce allReduce) {
    if (settings.objective().beta() > 0 && start.isEmpty()) {
      throw new IllegalArgumentException("A KL divergence needs the adapter to compare with");
    }
    this.settings = settings;
    this.base = base;
    this.adapter = adapter;
    this.pixels = pixels;
    this.allReduce = allReduce;
    model = base.with(adapter.withoutDropout());
    reference =
        settings.objective().beta() > 0
            ? start.map(same -> base.with(same.withoutDropout()))
            : Optional.empty();
    optimizerStep =
        new OptimizerStep(
            settings.optimization(), settings.wire(), model, adapter.tensors(), allReduce);
  }

  /** Makes a generator of answers of the form that is wanted. */
  @FunctionalInterface
  public interface Generators {
    Generator of(GemmaModel model, Sampling sampling);
  }

  /**
   * Runs all steps that the newest checkpoint has not seen. In the end the first rank's adapter is
   * the result.
   *
   * @param examples the same on every rank, in the same order, their images' ids unique
   * @param generators of the model's answers
   * @param text of an answer's tokens
   * @param features where a frozen tower's features are kept, the same for all ranks; without it
   *     the tower runs in every step
   * @param log is told of every step
   * @throws ArithmeticException if a loss, a gradient or a reward is not finite
   * @throws UnfitTargetException if a target is to be learned and is not of the answers' form, or
   *     longer than they may be
   * @throws OutOfDeviceMemoryException if the device has too little memory for one answer
   * @throws OtherRunException if the checkpoints were made by other settings
   */
  public void train(
      List<LocatedExample> examples,
      Generators generators,
      Function<int[], String> text,
      Reward reward,
      Optional<FeatureCache> features,
      Checkpoints checkpoints,
      StepLog<GrpoReport> log)
      throws IOException {
    Map<String, LocatedExample> byId =
        Maps.uniqueIndex(examples, image -> image.example().imageId());
    List<TrainingExample> all = examples.stream().map(LocatedExample::example).toList();
    if (features.isPresent()) {
      new VisionFeatures(base, pixels, allReduce).fill(features.get(), all);
    }
    PixelSource images = features.<PixelSource>map(kept -> kept::get).orElse(pixels);
    boolean cached = features.isPresent();
    Validation.Split split = settings.validation().split(all, settings.seed());
    List<LocatedExample> training = located(split.training(), byId);
    ExampleOrder order =
        new ExampleOrder(training.size(), settings.batchSize(), settings.epochs(), settings.seed());
    PolicyObjective objective = settings.objective();
    Sampling drawn =
        new Sampling(
            objective.answers(), settings.temperature(), 0, 1, settings.maxNewTokens(), false);
    CheckpointedRun run =
        new CheckpointedRun(
            model,
            adapter.tensors(),
            optimizerStep,
            allReduce,
            settings.validation(),
            settings.checkpointSteps());
    PolicyMemory memory = new PolicyMemory(model.config(), model.type(), settings.savings());
    // What PyTorch keeps in reserve counts as used.
    DeviceMemory.release(model.device());
    long free = (long) (DeviceMemory.free(model.device()) * USED_MEMORY);
    Generator drawing = generators.of(model, drawn);
    Targets targets = new Targets(objective.targetWeight(), training, drawing);
    run.run(
        checkpoints,
        (first, collector) ->
            new GrpoSteps(
                settings,
                training,
                located(split.heldOut(), byId),
                order,
                new Rollouts(
                    model,
                    drawing,
                    generators.of(model, Sampling.greedy(settings.maxNewTokens())),
                    images,
                    cached,
                    settings.seed(),
                    settings.rolloutBatchSize(),
                    memory,
                    free),
                text,
                reward,
                new PolicyLoss(
                    new TokenPass(model, settings.savings(), allReduce.rank()),
                    objective,
                    settings.temperature()),
                targets,
                new LessonRows(
                    model, reference, images, cached, settings.microBatchSize(), memory, free),
                optimizerStep,
                allReduce,
                log,
                collector));
  }

  private static List<LocatedExample> located(
      List<TrainingExample> examples, Map<String, LocatedExample> byId) {
    return examples.stream().map(example -> byId.get(example.imageId())).toList();
  }

  @Override
  public void close() {
    optimizerStep.close();
    reference.ifPresent(GemmaModel::close);
    model.close();
  }
}
