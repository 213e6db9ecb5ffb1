package io.geolocsft.stage;

import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.VariantSettings;
import io.geolocsft.table.Lineage;
import io.geolocsft.table.Manifest;
import io.geolocsft.table.TableStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes what a variant needs and the run does not have, in the folder {@code variants/NAME} of the
 * run. An output that would follow from the same as the run's is the run's, and one that was made
 * before for the variant is not made again.
 *
 * @param context of the stage that asks
 * @param chain the stages that a variant may change, in the order of the data
 */
public record VariantRun(StageContext context, List<Stage> chain) {

  /**
   * The tables and folders of a variant.
   *
   * @param wanted outputs of the chain that are needed
   */
  public TableStore made(VariantSettings variant, List<String> wanted) throws Exception {
    PipelineConfig config = variant.of(context.config());
    TableStore own = context.tables().within("variants/" + variant.name());
    own.recover();
    for (Stage stage : needed(config, wanted)) {
      Lineage lineage = StageLineage.of(stage, config, input -> id(own, input));
      if (isMade(context.tables(), stage, lineage)) {
        stage.outputs().forEach(own::discard);
      } else if (!isMade(own, stage, lineage)) {
        context.tell("%s: running %s".formatted(variant.name(), stage.name()));
        TableStore tables = own.with(lineage);
        stage.run(new VariantContext(context, config, tables));
        tables.clearScratch(stage.name());
      }
    }
    return own;
  }

  /**
   * Asks the stages that a variant has changed settings for, see {@link Stage#check}.
   *
   * @param wanted outputs of the chain that are needed
   */
  public void check(VariantSettings variant, List<String> wanted) throws Exception {
    PipelineConfig config = variant.of(context.config());
    for (Stage stage : needed(config, wanted)) {
      if (!variant.set().isEmpty()) {
        stage.check(new VariantContext(context, config, context.tables()));
      }
    }
  }

  /** Those of the chain that make what is wanted, or what that is made of. */
  private List<Stage> needed(PipelineConfig config, List<String> wanted) {
    Set<String> open = new HashSet<>(wanted);
    List<Stage> needed = new ArrayList<>();
    for (int i = chain.size() - 1; i >= 0; i--) {
      Stage stage = chain.get(i);
      boolean isWanted = stage.outputs().stream().anyMatch(open::contains);
      if (isWanted && stage.leftOut(config).isEmpty()) {
        needed.add(0, stage);
        open.addAll(stage.inputs(config));
      }
    }
    return needed;
  }

  private static boolean isMade(TableStore tables, Stage stage, Lineage lineage) {
    return stage.outputs().stream()
        .allMatch(
            output ->
                tables
                    .manifest(output)
                    .filter(manifest -> manifest.id().equals(lineage.idOf(output)))
                    .isPresent());
  }

  private static String id(TableStore tables, String input) {
    return tables
        .manifest(input)
        .map(Manifest::id)
        .orElseThrow(() -> new IllegalStateException("There is no " + input));
  }
}
