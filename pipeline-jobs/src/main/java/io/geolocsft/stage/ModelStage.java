package io.geolocsft.stage;

import io.geolocsft.cluster.DeviceProbe;
import io.geolocsft.config.PipelineConfig;
import java.util.Map;

/** A stage whose tasks run the model. */
public interface ModelStage extends Stage {

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
