package io.geolocsft.cli;

import com.google.common.base.Throwables;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.console.ResultFormat;
import io.geolocsft.cli.pipeline.EmbeddedSpark;
import io.geolocsft.cli.pipeline.RunOutput;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.util.StringUtils$;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import scala.jdk.javaapi.CollectionConverters;

/** Spark SQL over the tables of a run. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs Spark SQL in which every table of a run is a view, and the functions for cells and distances are available (SHOW USER FUNCTIONS LIKE '*cell*', DESCRIBE FUNCTION s2_cell_id).",
      "Without a query it asks for one; without a terminal it reads statements from standard input."
    },
    footer = {
      "",
      "Examples:",
      "  geolocsft sql --output out/quickstart \"SELECT rule, count(*) FROM rejections GROUP BY rule\"",
      "  geolocsft sql --output out/quickstart --format csv 'SELECT * FROM metrics' > metrics.csv",
      "  geolocsft sql \"SELECT s2_token(s2_cell_id(48.8584, 2.2945, 10))\""
    })
final class SqlCommand implements Callable<Integer> {

  private final Console console;

  @Spec private CommandSpec spec;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "output folder of the run, a path or a URI; without it there are no views")
  private String output;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      defaultValue = "table",
      description =
          "${COMPLETION-CANDIDATES}; json is one object per line (default: ${DEFAULT-VALUE})")
  private ResultFormat format;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "1000",
      description = "rows of a result that are shown as a table (default: ${DEFAULT-VALUE})")
  private int rows;

  @Parameters(
      arity = "0..1",
      paramLabel = "QUERY",
      description = "one statement, or several separated by ';'")
  private String query;

  SqlCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (rows < 0) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "--rows: %d is not allowed; allowed: 0 or more", rows));
    }
    Configuration hadoop = EmbeddedSpark.hadoopConfiguration();
    try (EmbeddedSpark spark = new EmbeddedSpark("sql")) {
      if (output != null) {
        createViews(TableStore.open(spark, hadoop, output));
      }
      if (query != null) {
        run(spark.get(), query);
      } else if (console.isTerminal()) {
        return new SqlPrompt(console, text -> run(spark.get(), text)).run();
      } else {
        run(spark.get(), new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return ExitCode.DONE;
  }

  private void createViews(TableStore tables) {
    for (TableSchema table : RunOutput.tables(tables, output)) {
      tables.read(table).createOrReplaceTempView(table.name());
    }
    tables.read(Tables.ERRORS).createOrReplaceTempView(Tables.ERRORS.name());
  }

  private void run(SparkSession spark, String text) {
    for (String statement : statements(text)) {
      try {
        format.print(analyzed(spark, statement), rows, console);
      } catch (Exception e) {
        // Spark throws checked exceptions without declaring them.
        throw told(e);
      }
    }
  }

  private static Dataset<Row> analyzed(SparkSession spark, String statement) {
    try {
      return spark.sql(statement);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage());
    }
  }

  /** A wrong statement, a wrong value in the data, or what it was. */
  static RuntimeException told(Exception thrown) {
    if (thrown instanceof ConfigException wrong) {
      return wrong;
    }
    List<Throwable> chain = Throwables.getCausalChain(thrown);
    for (Throwable cause : chain) {
      if (cause instanceof AnalysisException analysis) {
        return new ConfigException(analysis.getSimpleMessage());
      }
    }
    Throwable root = chain.get(chain.size() - 1);
    if (root instanceof IllegalArgumentException || root instanceof SparkThrowable) {
      return new DataException(root.getMessage(), thrown);
    }
    Throwables.throwIfUnchecked(thrown);
    return new IllegalStateException(thrown);
  }

  /** By Spark's own rules: not at a semicolon in a text or comment. */
  private static List<String> statements(String text) {
    return CollectionConverters.asJava(StringUtils$.MODULE$.splitSemiColonWithIndex(text, true))
        .stream()
        .map(String::strip)
        .filter(statement -> !statement.isEmpty())
        .toList();
  }
}
