package io.geolocsft.cluster;

import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;

/** What a rank asks Spark for: a whole executor, with one GPU where executors have any. */
final class RankProfile {

  private static final String CORES = "spark.executor.cores";
  private static final String GPUS = "spark.executor.resource.gpu.amount";

  private RankProfile() {}

  /**
   * The profile of a barrier stage; empty where Spark has no stage-level scheduling (its local
   * mode) or the executors' cores are not known. A rank finds out itself whether it is alone.
   */
  static Optional<ResourceProfile> of(SparkConf conf) {
    if (conf.get("spark.master", "").startsWith("local") || !conf.contains(CORES)) {
      return Optional.empty();
    }
    TaskResourceRequests wishes = new TaskResourceRequests().cpus(conf.getInt(CORES, 1));
    if (conf.getInt(GPUS, 0) > 0) {
      wishes = wishes.resource("gpu", 1);
    }
    return Optional.of(new ResourceProfileBuilder().require(wishes).build());
  }

  /** Whether driver and tasks share one JVM. */
  static boolean isLocal(SparkConf conf) {
    String master = conf.get("spark.master", "");
    return master.startsWith("local") && !master.startsWith("local-cluster");
  }
}
