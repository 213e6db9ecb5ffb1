package io.geolocsft.cluster;

import io.geolocsft.config.SftSettings;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.files.HadoopFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/** Runs the ranks of a training run as one barrier stage. */
public final class BarrierTraining {

  private static final Logger LOG = LoggerFactory.getLogger(BarrierTraining.class);

  private BarrierTraining() {}

  /**
   * Trains; returns when every rank is done.
   *
   * @param examples the rows that every rank is given
   * @return the result
   * @throws ConfigException if the ranks cannot be placed or set up
   * @throws StoppedTrainingException if a rank found that the run cannot go on
   */
  public static HadoopFiles run(Dataset<Row> examples, RankWork rank) {
    int ranks = rank.settings().ranks();
    SparkConf conf = examples.sparkSession().sparkContext().getConf();
    check(conf, rank.settings());
    JavaRDD<Row> rows = forEachRank(examples.toJavaRDD(), ranks);
    Optional<ResourceProfile> profile = RankProfile.of(conf);
    RankRing ring = RankRing.of(rank.settings().ringTimeoutSeconds());
    // A barrier stage that yields the result cannot be retried; one that ends in a shuffle can.
    List<RankOutcome> outcomes =
        profile
            .map(rows::withResources)
            .orElse(rows)
            .rdd()
            .barrier()
            .<String>mapPartitions(
                new IteratorFunction<>(new RankTask(rank, ring)),
                false,
                scala.reflect.ClassTag$.MODULE$.apply(String.class))
            .toJavaRDD()
            .repartition(1)
            .collect()
            .stream()
            .map(RankOutcome::fromJson)
            .toList();
    if (ranks > 1) {
      outcomes.forEach(outcome -> LOG.info("{}", outcome));
    }
    RankOutcome.requireDone(outcomes);
    HadoopFiles result = rank.run().files().in(RankWork.RESULT);
    requireSeen(result);
    return result;
  }

  /**
   * Looks at Spark's settings.
   *
   * @throws ConfigException if ranks cannot run beside them
   */
  public static void check(SparkConf conf, SftSettings settings) {
    boolean isLocal = RankProfile.isLocal(conf);
    if (settings.ranks() > 1 && isLocal) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "sft.ranks is %d, but %s is one process and every rank needs one of its own: submit to a cluster, or set sft.ranks: 1 and sft.batch_size to a multiple of sft.micro_batch_size",
              settings.ranks(),
              conf.get("spark.master")));
    }
    // Spark runs no barrier stage then, of one rank either (SPARK-24942).
    if (!isLocal && conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new ConfigException(
          "spark.dynamicAllocation.enabled is true, but the ranks of a training run start together and stay: set it to false, and spark.executor.instances to sft.ranks at least");
    }
    RankRing.check(conf, settings.ranks(), settings.unencryptedRing());
  }

  /** On a disk of the first rank's own machine the driver finds nothing. */
  private static void requireSeen(HadoopFiles result) {
    try {
      if (result.list("").isEmpty()) {
        throw new ConfigException(
            "The first rank has written its result, but the driver finds none in %s: the output or work folder must be on a file system that driver and executors share, such as HDFS, s3a:// or a mounted folder"
                .formatted(result.folder()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + result.folder(), e);
    }
  }

  /**
   * Every row once in the partition of every rank. By a shuffle, for a barrier stage may not begin
   * with another number of partitions than it has.
   */
  private static JavaRDD<Row> forEachRank(JavaRDD<Row> rows, int ranks) {
    return rows.flatMapToPair(
            row -> IntStream.range(0, ranks).mapToObj(rank -> new Tuple2<>(rank, row)).iterator())
        .partitionBy(new HashPartitioner(ranks))
        .values();
  }
}
