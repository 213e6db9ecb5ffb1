package io.geolocsft.stage;

import io.geolocsft.config.PipelineConfig;
import io.geolocsft.table.TableStore;
import org.apache.spark.sql.SparkSession;

/** What a stage may use. */
public interface StageContext {

  /** The session, with the user's own Spark settings. */
  SparkSession spark();

  /** The whole configuration, checked. */
  PipelineConfig config();

  /** The run's tables and folders. */
  TableStore tables();

  /**
   * Shows how far a long piece of work is. Close it when the work ends.
   *
   * @param label what is being done
   * @param total how many units there are; -1 if that is unknown
   * @param unit what is counted, in the plural: {@code images}
   */
  Progress progress(String label, long total, String unit);

  /** Tells the user what is worth reading on the spot, such as a table of results. */
  default void tell(String text) {}

  /** A context that shows no progress, for tests and for embedding a stage elsewhere. */
  static StageContext quiet(SparkSession spark, PipelineConfig config, TableStore tables) {
    return new QuietContext(spark, config, tables);
  }
}
