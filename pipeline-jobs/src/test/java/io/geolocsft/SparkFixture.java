package io.geolocsft;

import io.geolocsft.sql.GeoExtensions;
import org.apache.spark.sql.SparkSession;

/**
 * One small local session for all tests of a JVM. Its many small queries take most of their time to
 * be planned and compiled, so they are planned once and interpreted; whole runs do neither.
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
        .config("spark.sql.adaptive.enabled", "false")
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
}
