package io.geolocsft.stage;

import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.table.Lineage;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What a stage's outputs would follow from, known before they are made. */
public final class StageLineage {

  private StageLineage() {}

  /**
   * Of a stage under a configuration.
   *
   * @param idOf the manifest id of an input by its name
   */
  public static Lineage of(Stage stage, PipelineConfig config, UnaryOperator<String> idOf) {
    Map<String, String> inputs = new HashMap<>();
    stage.inputs(config).forEach(input -> inputs.put(input, idOf.apply(input)));
    stage
        .externalInputs(config)
        .forEach((name, print) -> inputs.put(Lineage.OUTSIDE + name, print));
    return new Lineage(
        stage.name(),
        stage.settings(SettingValues.of(config)).values(),
        stage.revision(),
        CodeHash.ofProgram(),
        inputs);
  }
}
