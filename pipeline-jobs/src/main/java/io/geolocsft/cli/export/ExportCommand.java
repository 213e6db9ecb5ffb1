package io.geolocsft.cli.export;

import static java.util.stream.Collectors.joining;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.to_json;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.caption.ConversationLayout;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.EmbeddedSpark;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.prompt.PromptLayout;
import io.geolocsft.prompt.RoundedText;
import io.geolocsft.table.Manifest;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Command;
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

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "output folder of the run, a path or a URI")
  private String output;

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
    if (format.conversation().isPresent() && !name.equals(Tables.EXAMPLES.name())) {
      throw new ConfigException(
          "--format %s is for the table examples; of '%s' there are csv and json"
              .formatted(format.name().toLowerCase(Locale.ROOT), name));
    }
    try (EmbeddedSpark spark = new EmbeddedSpark("export")) {
      TableStore store = TableStore.open(spark, EmbeddedSpark.hadoopConfiguration(), output);
      TableSchema table = table(store);
      Dataset<Row> rows = rows(store, table);
      if (format.conversation().isPresent()) {
        converse(rows, format.conversation().get(), layout(store));
      } else if (format == ExportFormat.JSON) {
        rows.toJSON().toLocalIterator().forEachRemaining(console::print);
      } else {
        printCsv(rows);
      }
    }
    return ExitCode.DONE;
  }

  private TableSchema table(TableStore store) {
    List<TableSchema> published = store.published();
    return published.stream()
        .filter(table -> table.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    published.isEmpty()
                        ? "--output %s holds no tables: give the output folder of a run"
                            .formatted(output)
                        : "--output %s has no table '%s'; it has %s"
                            .formatted(
                                output,
                                name,
                                published.stream().map(TableSchema::name).collect(joining(", ")))));
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

  /** Lists and structs are text of JSON. */
  private void printCsv(Dataset<Row> rows) throws IOException {
    Column[] columns =
        Stream.of(rows.schema().fields())
            .map(
                field ->
                    field.dataType() instanceof StructType || field.dataType() instanceof ArrayType
                        ? to_json(col(field.name())).as(field.name())
                        : col(field.name()).cast("string"))
            .toArray(Column[]::new);
    CSVPrinter printer = new CSVPrinter(console.out(), CSVFormat.RFC4180);
    printer.printRecord((Object[]) rows.columns());
    Iterator<Row> all = rows.select(columns).toLocalIterator();
    while (all.hasNext()) {
      Row row = all.next();
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < row.length(); i++) {
        values.add(row.get(i));
      }
      printer.printRecord(values);
    }
    printer.flush();
  }

  private void converse(
      Dataset<Row> examples, ConversationLayout conversation, PromptLayout layout) {
    examples
        .orderBy("image_id")
        .toLocalIterator()
        .forEachRemaining(
            row ->
                console.print(
                    conversation
                        .record(image(row), row.getAs("prompt"), layout, row.getAs("target_text"))
                        .toString()));
  }

  /**
   * A path where it is local; of an image in an archive that of the archive, and its name in it.
   */
  private static String image(Row example) {
    String uri = example.getAs("uri");
    String path = uri.startsWith("file:") ? Path.of(URI.create(uri)).toString() : uri;
    String member = example.getAs("archive_member");
    return member == null ? path : path + "/" + member;
  }

  /** As the texts were made. */
  private static PromptLayout layout(TableStore store) throws IOException {
    Manifest made = store.manifest(Tables.EXAMPLES.name()).orElseThrow();
    String setting = made.settings().getOrDefault("examples.layout", "\"image_first\"");
    return PromptLayout.of(new ObjectMapper().readValue(setting, String.class));
  }
}
