package io.geolocsft.cli.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.EmbeddedSpark;
import io.geolocsft.cli.pipeline.RunOutput;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.prompt.PromptLayout;
import io.geolocsft.prompt.RoundedText;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.StructField;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints a table of a run for another program. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Prints a table of a run as CSV or as JSON Lines, or the training texts as other trainers read them.",
      "Columns of bytes, such as geometries, are left out."
    },
    footer = {
      "",
      "Examples:",
      "  geolocsft export --output out/quickstart --format llama_factory > train.jsonl",
      "  geolocsft export --output out/quickstart --coordinate-decimals 1 predictions > coarse.csv"
    })
public final class ExportCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private RunOutput run;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "csv",
      description =
          "${COMPLETION-CANDIDATES}; the last two are of the table examples (default: ${DEFAULT-VALUE})")
  private ExportFormat format;

  @Option(
      names = "--coordinate-decimals",
      paramLabel = "N",
      description =
          "round coordinates, in texts too, to 0 to 8 decimals (1 is about 11 km), and leave out columns that tell a place otherwise")
  private Integer decimals;

  @Parameters(
      arity = "0..1",
      paramLabel = "TABLE",
      defaultValue = "examples",
      description = "the table (default: ${DEFAULT-VALUE})")
  private String name;

  public ExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (decimals != null && (decimals < 0 || decimals > 8)) {
      throw new ConfigException("--coordinate-decimals must be 0 to 8, not " + decimals);
    }
    if (format.isOfExamples() && !name.equals(Tables.EXAMPLES.name())) {
      throw new ConfigException(
          "--format %s is for the table examples; of '%s' there are csv and json"
              .formatted(format.name().toLowerCase(Locale.ROOT), name));
    }
    try (EmbeddedSpark spark = new EmbeddedSpark("export")) {
      TableStore store = run.open(spark);
      TableSchema table = run.table(store, name);
      format.print(rows(store, table), layout(store), console);
    }
    return ExitCode.DONE;
  }

  private Dataset<Row> rows(TableStore store, TableSchema table) {
    Dataset<Row> rows = store.read(table);
    if (decimals != null) {
      CoarseColumns coarse = new CoarseColumns(table, new RoundedText(decimals));
      if (!coarse.leftOut().isEmpty()) {
        console.note("left out: " + String.join(", ", coarse.leftOut()));
      }
      rows = rows.select(coarse.columns().toArray(Column[]::new));
    }
    return rows.drop(
        Stream.of(rows.schema().fields())
            .filter(field -> field.dataType() instanceof BinaryType)
            .map(StructField::name)
            .toArray(String[]::new));
  }

  /** As the texts were made. */
  private static PromptLayout layout(TableStore store) throws IOException {
    String setting =
        store
            .manifest(Tables.EXAMPLES.name())
            .map(made -> made.settings().get("examples.layout"))
            .orElse("\"image_first\"");
    return PromptLayout.of(new ObjectMapper().readValue(setting, String.class));
  }
}
