package io.geolocsft.cluster;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.geolocsft.failure.ConfigException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.SparkSession;

/**
 * Asks one executor for what a model needs there: PyTorch, and the device. Whoever finds out after
 * hours of other work is not pleased.
 */
public final class DeviceProbe {

  private DeviceProbe() {}

  /**
   * Asks as a rank of a training run is placed.
   *
   * @param device {@code auto}, {@code cpu} or {@code cuda}
   * @throws ConfigException if a model cannot be computed there
   */
  public static void ofRank(SparkSession spark, String device) {
    probe(spark, device, RankProfile.of(spark.sparkContext().getConf()));
  }

  /** The same as any task is placed. */
  public static void ofTask(SparkSession spark, String device) {
    probe(spark, device, Optional.empty());
  }

  private static void probe(SparkSession spark, String device, Optional<ResourceProfile> profile) {
    JavaRDD<String> devices =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(List.of(device), 1);
    List<String> problems =
        profile.map(devices::withResources).orElse(devices).map(DeviceProbe::problem).collect();
    problems.stream()
        .filter(problem -> !problem.isEmpty())
        .forEach(
            problem -> {
              throw new ConfigException(problem);
            });
  }

  /** In a task, where an exception would be tried again; empty if there is none. */
  private static String problem(String setting) {
    try (NativeWork work = NativeWork.begin()) {
      Device device = ExecutorDevice.of(setting, TaskContext.get());
      try (NDManager scope = NDManager.newBaseManager(device, "PyTorch");
          NDArray one = scope.ones(new Shape(1))) {
        return one.toFloatArray()[0] == 1 ? "" : "PyTorch computes wrongly on " + device;
      }
    } catch (ConfigException e) {
      return e.getMessage();
    } catch (EngineException | LinkageError e) {
      return "PyTorch cannot be used on %s (%s): put the pytorch-native jar of that machine on the class path, with GEOLOCSFT_NATIVES or --jars"
          .formatted(Placement.host(), e);
    }
  }
}
