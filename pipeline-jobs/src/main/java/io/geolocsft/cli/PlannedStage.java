package io.geolocsft.cli;

import io.geolocsft.stage.Stage;
import io.geolocsft.table.Lineage;

/**
 * A stage, what its outputs would follow from, and whether they are there already.
 *
 * @param isDone whether there is nothing to do
 */
record PlannedStage(Stage stage, Lineage lineage, boolean isDone) {}
