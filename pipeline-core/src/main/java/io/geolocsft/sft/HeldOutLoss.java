package io.geolocsft.sft;

import com.google.common.collect.Lists;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;
import java.util.List;

/**
 * The mean loss of the target tokens of held-out examples; each rank computes its share of them.
 */
final class HeldOutLoss {

  private final List<TrainingExample> mine;
  private final int targetTokens;
  private final TargetLoss loss;
  private final AllReduce allReduce;

  HeldOutLoss(List<TrainingExample> examples, TargetLoss loss, AllReduce allReduce) {
    mine = allReduce.shareOf(examples);
    targetTokens = examples.stream().mapToInt(TrainingExample::targetTokens).sum();
    this.loss = loss;
    this.allReduce = allReduce;
  }

  /**
   * Computes it, the same bits on every rank.
   *
   * @param rows gives this rank's micro-batches
   */
  double compute(StepRows rows) throws IOException {
    double own = 0;
    for (List<TrainingExample> part : Lists.partition(mine, rows.microBatchSize())) {
      own += loss.sum(rows.layOut(part));
    }
    float[] sum = {(float) (own / targetTokens)};
    allReduce.sum(sum, WireType.FLOAT32);
    return sum[0];
  }
}
