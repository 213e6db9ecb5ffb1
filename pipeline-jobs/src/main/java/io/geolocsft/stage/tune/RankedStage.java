package io.geolocsft.stage.tune;

import io.geolocsft.cluster.BarrierTraining;
import io.geolocsft.cluster.DeviceProbe;
import io.geolocsft.cluster.RankRun;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.stage.ModelFolder;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageContext;
import java.util.Locale;
import java.util.Map;

/** A stage whose work ranks do together. */
interface RankedStage extends Stage {

  /** Raised by whoever changes what a vision tower's features are. */
  int FEATURES = 3;

  @Override
  default Map<String, String> externalInputs(PipelineConfig config) {
    return ModelFolder.fingerprints(config.model());
  }

  @Override
  default void check(StageContext context) throws Exception {
    PipelineConfig config = context.config();
    ModelFolder.check(config.model());
    BarrierTraining.check(context.spark().sparkContext().getConf(), config.sft());
    DeviceProbe.ofRank(context.spark(), config.model().device());
  }

  /** What the ranks share; the features are kept for the next training. */
  default RankRun rankRun(StageContext context, HadoopFiles scratch) {
    PipelineConfig config = context.config();
    return new RankRun(
        config.run().seed(),
        ImageBytes.of(context.spark()),
        scratch,
        context.tables().cache(String.format(Locale.ROOT, "features-%d", FEATURES)),
        config.run().id(),
        config.run().name());
  }
}
