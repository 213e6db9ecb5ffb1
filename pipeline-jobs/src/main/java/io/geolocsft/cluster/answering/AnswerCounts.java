package io.geolocsft.cluster.answering;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * What executors tell the driver while models answer.
 *
 * @param answered images, once for each model
 * @param found those among them that an earlier run answered
 * @param waitedMillis how long devices waited for images
 * @param workedMillis how long devices were at work or waited
 */
public record AnswerCounts(
    LongAccumulator answered,
    LongAccumulator found,
    LongAccumulator waitedMillis,
    LongAccumulator workedMillis)
    implements Serializable {

  public static AnswerCounts in(SparkContext spark) {
    return new AnswerCounts(
        spark.longAccumulator("images answered"),
        spark.longAccumulator("images found answered"),
        spark.longAccumulator("ms devices waited for images"),
        spark.longAccumulator("ms devices answered or waited"));
  }

  void add(WaitingClock.Times times) {
    waitedMillis.add(times.waited());
    workedMillis.add(times.all());
  }

  /** Share of their time that devices waited for images, in [0, 1]; NaN if none was at work. */
  public double waitingShare() {
    return (double) waitedMillis.value() / workedMillis.value();
  }
}
