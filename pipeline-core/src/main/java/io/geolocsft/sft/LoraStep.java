package io.geolocsft.sft;

import ai.djl.engine.Engine;
import ai.djl.training.GradientCollector;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.LoraConfig;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import io.geolocsft.training.Optimization;
import io.geolocsft.training.OptimizerStep;
import io.geolocsft.training.PhaseClock;
import io.geolocsft.training.PixelSource;
import io.geolocsft.training.Savings;
import io.geolocsft.training.TokenPass;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;
import java.util.List;

/**
 * Optimizer steps of a new adapter over rows in memory, without files, schedule or ranks: what a
 * machine is timed and checked by.
 */
public final class LoraStep implements AutoCloseable {

  private static final double LEARNING_RATE = 1e-4;
  private static final long SEED = 3;

  private final LoraAdapter adapter;
  private final GemmaModel model;
  private final OptimizerStep optimizer;
  private final Savings savings;
  private int step;

  /**
   * Begins an adapter.
   *
   * @param base stays the caller's to close, after this
   */
  public LoraStep(GemmaModel base, LoraConfig lora, Savings savings) {
    adapter = LoraAdapter.create(lora, base, SEED);
    model = base.with(adapter);
    this.savings = savings;
    optimizer =
        new OptimizerStep(
            Optimization.constant(LEARNING_RATE),
            WireType.FLOAT32,
            model,
            adapter.tensors(),
            AllReduce.SINGLE);
  }

  /** The base model seen through the adapter. */
  public GemmaModel model() {
    return model;
  }

  /**
   * One step.
   *
   * @param features of a row's image, {@code [tokens, hidden]}, as a cache would give them
   * @return the mean loss before it
   */
  public double run(List<TrainingExample> rows, PixelSource features) throws IOException {
    MicroBatch batch =
        MicroBatch.of(rows, model.config().imageTokenId(), features, true, savings.sharedPrefix());
    TargetLoss targetLoss = new TargetLoss(new TokenPass(model, savings, 0));
    int targets = rows.stream().mapToInt(TrainingExample::targetTokens).sum();
    PhaseClock clock = new PhaseClock();
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      double loss = targetLoss.accumulate(batch, targets, step, collector, clock);
      optimizer.update(loss, LEARNING_RATE, step++, clock);
      return loss;
    }
  }

  @Override
  public void close() {
    optimizer.close();
    model.close();
    adapter.close();
  }
}
