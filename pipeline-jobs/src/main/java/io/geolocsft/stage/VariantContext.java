package io.geolocsft.stage;

import io.geolocsft.config.PipelineConfig;
import io.geolocsft.table.TableStore;
import org.apache.spark.sql.SparkSession;

/** What a stage may use that is run within another one. */
record VariantContext(StageContext run, PipelineConfig config, TableStore tables)
    implements StageContext {

  @Override
  public SparkSession spark() {
    return run.spark();
  }

  @Override
  public Progress progress(String label, long total, String unit) {
    return run.progress(label, total, unit);
  }

  @Override
  public void tell(String text) {
    run.tell(text);
  }
}
