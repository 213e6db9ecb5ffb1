package io.geolocsft.cli.pipeline;

import io.geolocsft.sql.GeoExtensions;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;

/**
 * The session: what spark-submit configured, or a local one. It starts when it is first asked for,
 * so that a run with nothing to do is over at once. Whatever the user has set stays as it is, and a
 * session that was there before is not stopped.
 */
public final class EmbeddedSpark implements Supplier<SparkSession>, AutoCloseable {

  private static final String EXTENSIONS = "spark.sql.extensions";

  /** OpenMP reads it when PyTorch is loaded. */
  private static final String WAITING = "OMP_WAIT_POLICY";

  private final String name;
  private SparkSession session;
  private boolean isOurs;

  public EmbeddedSpark(String name) {
    this.name = name;
  }

  @Override
  public synchronized SparkSession get() {
    if (session == null) {
      isOurs = SparkSession.getDefaultSession().isEmpty();
      session =
          isOurs
              ? SparkSession.builder().config(settings(name)).getOrCreate()
              : SparkSession.getDefaultSession().get();
    }
    return session;
  }

  /** Ends what runs now. */
  public synchronized void cancel() {
    if (session != null) {
      session.sparkContext().cancelAllJobs();
    }
  }

  @Override
  public synchronized void close() {
    if (isOurs) {
      session.stop();
    }
  }

  /** Hadoop's settings with the {@code spark.hadoop.*} among Spark's, without a session. */
  public static Configuration hadoopConfiguration() {
    return SparkHadoopUtil.get().newConfiguration(new SparkConf());
  }

  static SparkConf settings(String name) {
    SparkConf settings = new SparkConf();
    settings.setIfMissing("spark.app.name", "geolocsft " + name);
    // A task is tried four times, as on a cluster: a dropped connection ends no run.
    settings.setIfMissing("spark.master", "local[*,4]");
    settings.setIfMissing("spark.sql.session.timeZone", "UTC");
    // Each lost executor of a training run is an attempt of its stage; Spark's four end a long
    // night.
    settings.setIfMissing("spark.stage.maxConsecutiveAttempts", "20");
    // What is kept in memory is put together from few partitions where rows are few, as everything
    // else is; Spark's default keeps the 200 of a shuffle, and every look at it takes 200 tasks.
    settings.setIfMissing("spark.sql.optimizer.canChangeCachedPlanOutputPartitioning", "true");
    // As run/settings has it for this process: threads that wait do not hold a core that others
    // need.
    settings.setIfMissing(
        "spark.executorEnv." + WAITING, System.getenv().getOrDefault(WAITING, "PASSIVE"));
    addExtensions(settings);
    if (settings.get("spark.master").startsWith("local")) {
      setLocal(settings);
    }
    return settings;
  }

  /** The functions of this project beside whatever extensions the user has. */
  private static void addExtensions(SparkConf settings) {
    String ours = GeoExtensions.class.getName();
    String others = settings.get(EXTENSIONS, "");
    if (!others.contains(ours)) {
      settings.set(EXTENSIONS, others.isEmpty() ? ours : others + "," + ours);
    }
  }

  private static void setLocal(SparkConf settings) {
    settings.setIfMissing("spark.ui.enabled", "false");
    // One machine talks to itself only, whatever its name resolves to.
    settings.setIfMissing("spark.driver.host", "127.0.0.1");
    settings.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    // Spark's 200 are meant for clusters; here most of the time would go into starting tasks.
    settings.setIfMissing("spark.sql.shuffle.partitions", "8");
    settings.setIfMissing("spark.ui.showConsoleProgress", "false");
    // Otherwise an empty folder spark-warehouse appears wherever the command is called.
    settings.setIfMissing(
        "spark.sql.warehouse.dir",
        Path.of(System.getProperty("java.io.tmpdir"), "geolocsft-warehouse").toString());
  }
}
