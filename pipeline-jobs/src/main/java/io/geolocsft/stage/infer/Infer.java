package io.geolocsft.stage.infer;

import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.stage.AskedModels;
import io.geolocsft.stage.SplitRows;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.Tables;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Lets the base model and what was trained of it answer for every benchmark image. */
public final class Infer implements Stage {

  private static final AskedModels MODELS = new AskedModels("infer", Tables.CANDIDATES);

  @Override
  public String name() {
    return MODELS.stage();
  }

  @Override
  public List<String> inputs() {
    return List.of(Tables.BINNED.name(), Tables.TUNED, Tables.REWARDED);
  }

  @Override
  public List<String> inputs(PipelineConfig config) {
    return AskedModels.inputs(inputs(), config);
  }

  @Override
  public List<String> outputs() {
    return List.of(Tables.CANDIDATES.name(), MODELS.errors().name());
  }

  @Override
  public int revision() {
    return 2;
  }

  /** See {@link AskedModels#settings}. */
  @Override
  public SettingValues settings(SettingValues all) {
    return AskedModels.settings(all);
  }

  @Override
  public Map<String, String> externalInputs(PipelineConfig config) {
    return AskedModels.externalInputs(config);
  }

  @Override
  public void check(StageContext context) throws Exception {
    AskedModels.check(context);
  }

  @Override
  public void run(StageContext context) throws Exception {
    Dataset<Row> images = SplitRows.evaluated(context.tables().read(Tables.BINNED));
    if (images.isEmpty()) {
      throw SplitRows.none();
    }
    MODELS.ask(context, images);
  }
}
