package io.geolocsft.cli.pipeline;

import io.geolocsft.stage.Stage;
import io.geolocsft.table.Lineage;

/** A stage, what its outputs would follow from, and why it is to be run or is not. */
public record PlannedStage(Stage stage, Lineage lineage, StageReason reason) {

  /** Whether there is nothing to do. */
  boolean isDone() {
    return reason.isDone();
  }
}
