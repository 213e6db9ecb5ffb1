package io.geolocsft.cli.pipeline;

import io.geolocsft.stage.Stage;
import java.util.List;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * A stage as the command line offers it.
 *
 * @param description what it does, for {@code --help}
 * @param example settings that its example shows
 * @param inRun whether {@code run} does it without being told so
 */
public record StageEntry(Stage stage, String description, String example, boolean inRun) {

  public StageEntry(Stage stage, String description, String example) {
    this(stage, description, example, true);
  }

  public String name() {
    return stage.name();
  }

  public void describe(UsageMessageSpec usage) {
    usage.description(
        description,
        "Reads %s; writes %s.".formatted(names(stage.inputs()), names(stage.outputs())));
    usage.footer(
        "",
        "Example:",
        "  geolocsft %s --conf conf/quickstart.yaml %s".formatted(name(), example).stripTrailing());
  }

  private static String names(List<String> tables) {
    return tables.isEmpty() ? "no tables" : String.join(", ", tables);
  }
}
