package io.geolocsft;

import io.geolocsft.sql.GeoExtensions;
import org.apache.spark.sql.SparkSession;

/**
 * One small local session for all tests of a JVM. Of its many small queries most would take longer
 * to be compiled than to run, so they are interpreted; whole runs compile them.
 */
public final class SparkFixture {

  private SparkFixture() {}

  public static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("tests")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.ui.explainMode", "simple")
        .config("spark.sql.shuffle.partitions", "3")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.artifact.isolation.enabled", "false")
        .config("spark.sql.optimizer.canChangeCachedPlanOutputPartitioning", "true")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.extensions", GeoExtensions.class.getName())
        .config("spark.hadoop.fs.full.impl", FullFileSystem.class.getName())
        .config("spark.hadoop.fs.listed.impl", ListedFileSystem.class.getName())
        .config("spark.hadoop.fs.failing.impl", FailingFileSystem.class.getName())
        .getOrCreate();
  }

  /** Another session of it that compiles its queries: for many rows, or for what compiling does. */
  public static SparkSession compiling() {
    SparkSession spark = session().newSession();
    spark.conf().set("spark.sql.codegen.wholeStage", "true");
    spark.conf().set("spark.sql.codegen.factoryMode", "FALLBACK");
    return spark;
  }
}
