package io.geolocsft.stage;

import io.geolocsft.cluster.DeviceProbe;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import java.util.Map;

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
    ModelFolder.check(context.config().model());
    DeviceProbe.ofTask(context.spark(), context.config().model().device());
  }
}
