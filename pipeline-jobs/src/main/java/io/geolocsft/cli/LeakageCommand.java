package io.geolocsft.cli;

import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.console.TextTable;
import io.geolocsft.cli.pipeline.EmbeddedSpark;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.files.Locations;
import io.geolocsft.select.Leakage;
import io.geolocsft.stage.select.LeakageReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What any training set leaks of any benchmark. */
@Command(
    name = "leakage",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Counts the images of a benchmark that a training set leaks: by identical bytes, similar perceptual hashes, the same cell, a short distance, the same sequence or the same author.",
      "Both are tables in Parquet with the columns image_id, latitude and longitude and, where they are known, sha256, perceptual_hash, sequence_id and author, as the table binned of a run has them. The table selection of a run is read together with the table binned beside it. Rows can be filtered by a condition. Exits with code 3 if a blocked rule finds any."
    },
    footer = {
      "",
      "Example:",
      "  geolocsft leakage --training out/mr600k/tables/selection \\",
      "    --benchmark out/im2gps3k/tables/binned --block copy,near_duplicate"
    })
final class LeakageCommand implements Callable<Integer> {

  /** Columns that may be missing, and their types. */
  private static final Map<String, String> OPTIONAL =
      new TreeMap<>(
          Map.of(
              "sha256", "string",
              "perceptual_hash", "bigint",
              "sequence_id", "string",
              "author", "string"));

  /** The column that a rule needs. */
  private static final Map<String, String> NEEDED =
      Map.of(
          "copy", "sha256",
          "near_duplicate", "perceptual_hash",
          "sequence", "sequence_id",
          "author", "author");

  private final Console console;

  @Option(
      names = "--training",
      required = true,
      paramLabel = "TABLE",
      description = "Parquet file or folder of the training images, a path or a URI")
  private String training;

  @Option(
      names = "--training-where",
      paramLabel = "SQL",
      defaultValue = "true",
      description = "condition for the rows to use (default: all)")
  private String trainingWhere;

  @Option(
      names = "--benchmark",
      required = true,
      paramLabel = "TABLE",
      description = "the same for the benchmark's images, which must fit into memory")
  private String benchmark;

  @Option(
      names = "--benchmark-where",
      paramLabel = "SQL",
      defaultValue = "true",
      description = "condition for the rows to use (default: all)")
  private String benchmarkWhere;

  @Option(
      names = "--hash-bits",
      paramLabel = "N",
      defaultValue = "6",
      description =
          "hashes that differ in at most this many bits are alike (default: ${DEFAULT-VALUE})")
  private int hashBits;

  @Option(
      names = "--buffer-km",
      paramLabel = "KM",
      defaultValue = "1",
      description = "anything closer is too close (default: ${DEFAULT-VALUE})")
  private double bufferKm;

  @Option(
      names = "--level",
      paramLabel = "N",
      defaultValue = "10",
      description = "level of the S2 cells, 0 to 30 (default: ${DEFAULT-VALUE})")
  private int level;

  @Option(
      names = "--block",
      paramLabel = "RULE",
      split = ",",
      description =
          "a rule that must find nothing: copy, near_duplicate, cell, distance, sequence, author; may be repeated")
  private List<String> block = new ArrayList<>();

  LeakageCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    check();
    try (EmbeddedSpark spark = new EmbeddedSpark("leakage")) {
      print(spark.get());
    } catch (Exception e) {
      throw SqlCommand.told(e);
    }
    return ExitCode.DONE;
  }

  private void print(SparkSession spark) {
    List<Row> rows =
        LeakageReport.rows(
            benchmark,
            images(spark, "--training", training, trainingWhere),
            images(spark, "--benchmark", benchmark, benchmarkWhere),
            new Leakage.Limits(hashBits, true, bufferKm, true, true));
    console.print(table(rows));
    LeakageReport.block(rows, block);
  }

  private void check() {
    List<String> rules = Arrays.stream(Leakage.Rule.values()).map(Leakage.Rule::word).toList();
    for (String rule : block) {
      if (!rules.contains(rule)) {
        throw new ConfigException(
            "--block: there is no rule '%s'; allowed: %s"
                .formatted(rule, String.join(", ", rules)));
      }
    }
    if (hashBits < 0 || hashBits > 16 || !(bufferKm >= 0) || level < 0 || level > 30) {
      throw new ConfigException(
          "--hash-bits must be 0 to 16, --buffer-km 0 or more, --level 0 to 30");
    }
  }

  private Dataset<Row> images(SparkSession spark, String option, String table, String where) {
    Dataset<Row> rows;
    try {
      Dataset<Row> given =
          Locations.reader(spark).parquet(Locations.path(table).toString()).where(where);
      rows = DescribedImages.of(spark, table).map(images -> images.of(given)).orElse(given);
    } catch (ConfigException | DataException e) {
      throw e;
    } catch (Exception e) {
      // Spark throws checked exceptions without declaring them.
      throw new ConfigException("%s %s: %s".formatted(option, table, DataException.firstLine(e)));
    }
    List<String> there = List.of(rows.columns());
    List<String> required = new ArrayList<>(List.of("image_id", "latitude", "longitude"));
    block.stream().filter(NEEDED::containsKey).map(NEEDED::get).forEach(required::add);
    for (String needed : required) {
      if (!there.contains(needed)) {
        throw new DataException(
            "%s %s has no column '%s'; it has %s".formatted(option, table, needed, there));
      }
    }
    Stream<Column> columns =
        Stream.concat(
            Stream.of(
                col("image_id").cast("string"),
                col("latitude").cast("double"),
                col("longitude").cast("double"),
                call_function(
                        "s2_cell_id",
                        col("latitude").cast("double"),
                        col("longitude").cast("double"),
                        lit(level))
                    .as("cell_id")),
            OPTIONAL.entrySet().stream()
                .filter(column -> there.contains(column.getKey()))
                .map(column -> col(column.getKey()).cast(column.getValue())));
    // NaN is greater than any number.
    return rows.where(
            col("image_id")
                .isNotNull()
                .and(col("latitude").cast("double").between(-90, 90))
                .and(col("longitude").cast("double").between(-180, 180)))
        .select(columns.toArray(Column[]::new));
  }

  private static String table(List<Row> rows) {
    return new TextTable(
            List.of("rule", "benchmark", "of", "share", "training", "of", "example"),
            rows.stream().map(LeakageCommand::line).toList())
        .text();
  }

  private static List<String> line(Row row) {
    long found = row.getAs("benchmark_images");
    long all = row.getAs("benchmark_total");
    return List.of(
        row.getAs("rule"),
        String.valueOf(found),
        String.valueOf(all),
        String.format(Locale.ROOT, "%.2f %%", all == 0 ? 0 : 100.0 * found / all),
        String.valueOf(row.<Long>getAs("training_images")),
        String.valueOf(row.<Long>getAs("training_total")),
        found == 0
            ? ""
            : "%s by %s"
                .formatted(
                    row.<String>getAs("example_benchmark"), row.<String>getAs("example_training")));
  }
}
