package io.geolocsft.stage;

import io.geolocsft.cluster.DeviceProbe;
import io.geolocsft.config.ModelSettings;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** A stage whose tasks run the model. */
public interface ModelStage extends Stage {

  /** The settings that make a model's text and coordinates, whatever is asked for. */
  static SettingValues answers(SettingValues all) {
    return all.only(
        "model.weights",
        "model.dtype",
        "examples.prompt",
        "examples.layout",
        "examples.pan_and_scan",
        "examples.target",
        "examples.decimals",
        "run.seed");
  }

  @Override
  default Map<String, String> externalInputs(PipelineConfig config) {
    return ModelFolder.fingerprints(config.model());
  }

  @Override
  default void check(StageContext context) throws Exception {
    check(context.spark(), context.config().model());
  }

  /** Whether the model's files are whole, and tasks have its device. */
  static void check(SparkSession spark, ModelSettings model) throws Exception {
    ModelFolder.check(model);
    DeviceProbe.ofTask(spark, model.device());
  }
}
