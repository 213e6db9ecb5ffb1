package io.geolocsft.cli.pipeline;

import io.geolocsft.cli.console.Console;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.stage.Progress;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.TableStore;
import org.apache.spark.sql.SparkSession;

record RunContext(EmbeddedSpark embedded, PipelineConfig config, TableStore tables, Console console)
    implements StageContext {

  @Override
  public SparkSession spark() {
    return embedded.get();
  }

  @Override
  public Progress progress(String label, long total, String unit) {
    return console.progress(label, total, unit);
  }

  @Override
  public void tell(String text) {
    console.print(text);
  }
}
