package io.geolocsft.cluster;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Runs the ranks of a training run as one barrier stage. */
public final class BarrierTraining {

  private BarrierTraining() {}

  /**
   * Trains; returns when every rank is done. The result lies in {@link TrainingRank#RESULT} of the
   * rank's folder.
   *
   * @param examples rows with the columns of the table {@code examples} that a rank reads
   * @return where the run's folder holds the result
   */
  public static Path run(Dataset<Row> examples, TrainingRank rank) {
    // A shuffle, for a barrier stage may not begin with another number of partitions than it has.
    JavaRDD<Row> rows = examples.repartition(1).toJavaRDD();
    // A barrier stage that yields the result cannot be retried; one that ends in a shuffle can.
    List<String> devices =
        rows.rdd()
            .barrier()
            .<String>mapPartitions(
                new IteratorFunction<>(rank),
                false,
                scala.reflect.ClassTag$.MODULE$.apply(String.class))
            .toJavaRDD()
            .repartition(1)
            .collect();
    if (devices.isEmpty()) {
      throw new IllegalStateException("The barrier stage ended without a rank");
    }
    return Path.of(rank.folder(), TrainingRank.RESULT);
  }
}
