package io.geolocsft.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import io.geolocsft.training.Checkpoints.Restored;
import io.geolocsft.training.PhaseClock.Phase;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The steps of a training run on one rank, from its newest checkpoint on, with checkpoints written
 * beside them and looks at held-out examples.
 *
 * <p>DJL collects gradients for one trainer of a process at a time.
 *
 * @param model under training
 * @param trained its tensors that move, by name; in the end those of the first rank are the result
 * @param checkpointSteps steps between two checkpoints
 */
public record CheckpointedRun(
    GemmaModel model,
    Map<String, NDArray> trained,
    OptimizerStep optimizerStep,
    AllReduce allReduce,
    Validation validation,
    int checkpointSteps) {

  /** Before the names of the best tensors in a checkpoint. */
  static final String BEST = "best.";

  /** Begins the steps. */
  @FunctionalInterface
  public interface Opener {

    /**
     * @param first the step that comes first
     * @param collector of the gradients
     */
    Steps open(int first, GradientCollector collector) throws IOException;
  }

  /**
   * Runs all steps that the newest checkpoint has not seen, or until the held-out loss falls no
   * more.
   *
   * @throws OtherRunException if the checkpoints were made by other settings
   */
  public void run(Checkpoints checkpoints, Opener opener) throws IOException {
    boolean isFirst = allReduce.rank() == 0;
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector();
        BestSoFar best = new BestSoFar(trained, isFirst && validation.best())) {
      int done = restore(checkpoints, best);
      try (Steps steps = opener.open(done, collector);
          CheckpointWriter writer = new CheckpointWriter(checkpoints)) {
        run(steps, done, best, writer);
        writer.finish();
      }
      best.apply();
    }
  }

  private void run(Steps steps, int done, BestSoFar best, CheckpointWriter writer)
      throws IOException {
    PhaseClock clock = new PhaseClock();
    for (int step = done; step < steps.count() && !isStale(best); step++) {
      steps.run(step, clock);
      OptionalDouble heldOutLoss = OptionalDouble.empty();
      if (validation.isDue(step, steps.count())) {
        heldOutLoss = OptionalDouble.of(steps.heldOutLoss());
        best.add(step, heldOutLoss.getAsDouble());
        clock.endOf(Phase.VALIDATION);
      }
      // Before the checkpoint: a step that no log knows must not count as done.
      steps.log(step, heldOutLoss, clock);
      clock = new PhaseClock();
      saveIfDue(steps, step + 1, best, writer);
      clock.endOf(Phase.CHECKPOINT);
    }
  }

  private boolean isStale(BestSoFar best) {
    int patience = validation.patience();
    return patience > 0 && best.lowest().looksSince() >= patience;
  }

  private void saveIfDue(Steps steps, int done, BestSoFar best, CheckpointWriter writer)
      throws IOException {
    if (done % checkpointSteps != 0 && done != steps.count() && !isStale(best)) {
      return;
    }
    float[] unlogged = {steps.flush() ? 0 : 1};
    allReduce.sum(unlogged, WireType.FLOAT32);
    if (allReduce.rank() == 0 && unlogged[0] == 0) {
      writer.save(new TrainingProgress(done, best.lowest()), optimizerStep.state(), best.values());
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
}
