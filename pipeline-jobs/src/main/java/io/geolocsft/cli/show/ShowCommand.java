package io.geolocsft.cli.show;

import static org.apache.spark.sql.functions.char_length;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.when;

import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.console.TextTable;
import io.geolocsft.cli.pipeline.EmbeddedSpark;
import io.geolocsft.cli.pipeline.RunOutput;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.table.ColumnMeaning;
import io.geolocsft.table.Manifest;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.TableStore;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.util.StringUtils;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.StructField;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the tables of a run are. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lists the tables of a run, or shows one: what its columns mean, and some of its rows.",
      "For query engines it prints statements that make external tables or views of them, for dbt a schema.yml with tests."
    },
    footer = {
      "",
      "Examples:",
      "  geolocsft show --output out/quickstart",
      "  geolocsft show --output out/quickstart predictions",
      "  geolocsft show --output out/quickstart --sql-ddl duckdb | duckdb runs.duckdb",
      "  geolocsft show --output out/quickstart --dbt > models/schema.yml"
    })
public final class ShowCommand implements Callable<Integer> {

  private static final int MOST_CHARACTERS = 32;

  private final Console console;

  @Mixin private RunOutput run;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "3",
      description = "rows of the table that are shown (default: ${DEFAULT-VALUE})")
  private int rows;

  @ArgGroup private Statements statements;

  @Parameters(arity = "0..1", paramLabel = "TABLE", description = "the table (default: all)")
  private String name;

  /** What is printed for other programs. */
  private static final class Statements {
    @Option(
        names = "--sql-ddl",
        paramLabel = "ENGINE",
        description = "print statements for ${COMPLETION-CANDIDATES}")
    private SqlDialect dialect;

    @Option(names = "--dbt", description = "print the sources of a dbt project, with their tests")
    private boolean isDbt;

    @Option(names = "--markdown", description = "print what tables and columns mean as a page")
    private boolean isMarkdown;
  }

  public ShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    try (EmbeddedSpark spark = new EmbeddedSpark("show")) {
      TableStore store = run.open(spark);
      List<TableSchema> tables = tables(store);
      if (statements == null) {
        if (name == null) {
          list(store, tables);
        } else {
          show(store, tables.get(0));
        }
      } else if (statements.isMarkdown) {
        console.print(new DictionaryPage(tables).markdown().stripTrailing());
      } else if (statements.isDbt) {
        console.print(new DbtSources(tables).yaml().stripTrailing());
      } else {
        tables.forEach(
            table ->
                console.print(statements.dialect.statements(table, store.location(table)) + "\n"));
      }
    }
    return ExitCode.DONE;
  }

  private List<TableSchema> tables(TableStore store) {
    return name == null ? run.tables(store) : List.of(run.table(store, name));
  }

  private void list(TableStore store, List<TableSchema> tables) {
    console.print(
        new TextTable(
                List.of("table", "rows", "size", "written", "what it is"),
                tables.stream()
                    .map(
                        table -> {
                          Manifest manifest = store.manifest(table.name()).orElseThrow();
                          return List.of(
                              table.name(),
                              count(manifest.rowCount()),
                              StringUtils.byteDesc(store.bytes(table)),
                              manifest.createdAt(),
                              table.about());
                        })
                    .toList())
            .text());
  }

  private void show(TableStore store, TableSchema table) {
    Manifest manifest = store.manifest(table.name()).orElseThrow();
    console.print("%s: %s.".formatted(table.name(), table.about()));
    console.print(
        "%s rows, %s, in %s, written by %s at %s"
            .formatted(
                count(manifest.rowCount()),
                StringUtils.byteDesc(store.bytes(table)),
                store.location(table),
                manifest.stage(),
                manifest.createdAt()));
    console.print(
        table.key().isEmpty() ? "no key\n" : "key: %s\n".formatted(String.join(", ", table.key())));
    console.print(
        new TextTable(List.of("column", "type", "what it means"), meanings(table)).text());
    List<Row> sample = store.read(table).select(shown(table)).takeAsList(Math.max(0, rows));
    if (!sample.isEmpty()) {
      console.print("\n" + beside(table, sample).text());
    }
  }

  /** Whatever a column holds as a short text. */
  private static Column[] shown(TableSchema table) {
    return Stream.of(table.struct().fields())
        .map(
            field -> {
              Column value = col(field.name());
              if (field.dataType() instanceof BinaryType) {
                return concat(octet_length(value), lit(" bytes"));
              }
              Column text = value.cast("string");
              return when(
                      char_length(text).gt(MOST_CHARACTERS),
                      concat(text.substr(1, MOST_CHARACTERS - 1), lit("\u2026")))
                  .otherwise(text);
            })
        .toArray(Column[]::new);
  }

  /** A line a column, so that it fits on a terminal. */
  private static TextTable beside(TableSchema table, List<Row> sample) {
    List<String> header =
        Stream.concat(
                Stream.of("column"),
                IntStream.rangeClosed(1, sample.size()).mapToObj(i -> "row " + i))
            .toList();
    String[] names = table.struct().fieldNames();
    return new TextTable(
        header,
        IntStream.range(0, names.length)
            .mapToObj(
                i ->
                    Stream.concat(
                            Stream.of(names[i]),
                            sample.stream().map(row -> row.isNullAt(i) ? "NULL" : row.getString(i)))
                        .toList())
            .toList());
  }

  private static List<List<String>> meanings(TableSchema table) {
    StructField[] fields = table.struct().fields();
    return IntStream.range(0, fields.length)
        .mapToObj(
            i -> {
              ColumnMeaning meaning = table.meanings().get(i);
              return List.of(
                  meaning.name(), fields[i].dataType().catalogString(), meaning.comment());
            })
        .toList();
  }

  private static String count(long rows) {
    return String.format(Locale.ROOT, "%,d", rows);
  }
}
