package io.geolocsft.cli;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.SparkFixture;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.Wkb;
import io.geolocsft.table.Lineage;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestLeakageCommand {

  private final SparkSession spark = SparkFixture.session();

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int call(String... arguments) {
    List<String> all = new ArrayList<>(List.of("leakage"));
    all.addAll(List.of(arguments));
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false);
    return GeoLocSft.commandLine(StageList.standard(), console).execute(all.toArray(String[]::new));
  }

  private String table(String name, String values, String columns) {
    Path table = folder.resolve(name);
    spark
        .sql("SELECT * FROM VALUES %s AS t(%s)".formatted(values, columns))
        .write()
        .parquet(table.toString());
    return table.toString();
  }

  @Test
  void anyPairOfTables() {
    String training =
        table(
            "training",
            "('a', 10.0, 20.0, 'x', 'train'), ('b', -40.0, 20.0, 'y', 'train'), ('c', 0.0, 0.0, 'z', 'other')",
            "image_id, latitude, longitude, sha256, split");
    String benchmark =
        table(
            "benchmark",
            "(1, 10.001, 20.0, 'none', 15L), (2, 0.0, 0.0, 'z', 16L)",
            "image_id, latitude, longitude, sha256, perceptual_hash");
    String[] pair = {
      "--training", training, "--training-where", "split = 'train'", "--benchmark", benchmark
    };
    assertThat(call(pair)).as(err.toString()).isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .containsPattern("distance +1 +2 +50.00 % +1 +2 +1 by a")
        .containsPattern("copy +0 +2 +0.00 % +0 +2");
    List<String> blocked = new ArrayList<>(List.of(pair));
    blocked.addAll(List.of("--block", "copy,distance"));
    assertThat(call(blocked.toArray(String[]::new))).isEqualTo(ExitCode.DATA);
    assertThat(err.toString()).contains("1 of 2 images", "by the rule distance, as 1 by a");
  }

  @Test
  void whatIsWrongIsNamed() {
    String table = table("t", "(1, 2)", "image_id, lat");
    assertThat(call("--training", table, "--benchmark", table)).isEqualTo(ExitCode.DATA);
    assertThat(err.toString()).contains("has no column 'latitude'");
    String words = table("words", "('1', 'north', '2')", "image_id, latitude, longitude");
    assertThat(call("--training", words, "--benchmark", words)).isEqualTo(ExitCode.DATA);
    assertThat(err.toString()).contains("'north'").doesNotContain("bug");
    String pair = table("pair", "('1', struct(1), 2)", "image_id, latitude, longitude");
    assertThat(call("--training", pair, "--benchmark", pair)).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(call("--training", "/none", "--benchmark", table)).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString()).contains("--training /none");
    assertThat(call("--training", "a: #1/none", "--benchmark", table))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString()).contains("Path does not exist", "/a: #1/none");
    assertThat(call("--training", table, "--benchmark", table, "--block", "other"))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString()).contains("there is no rule 'other'");
  }

  @Test
  void aFoldersColonIsNoScheme() {
    assertThat(DescribedImages.of(spark, "a: #1/tables/selection")).isEmpty();
  }

  /** A run's own training set, which names its images alone. */
  @Test
  void aSelectionIsTakenWithTheTableBesideIt() {
    TableStore run = TableStore.open(spark, folder.resolve("run").toString());
    TableStore binning =
        run.with(new Lineage("s", Map.of("s", "1"), 1, "code", Map.of("catalogue", "1")));
    binning.publish(
        Tables.BINNED,
        images(
            Tables.BINNED,
            "('a', 'train', 10.0, 20.0), ('b', 'train', -40.0, 20.0), ('a', 'photos', 10.0, 20.0)",
            "image_id, split, latitude, longitude"));
    String binned = binning.manifest("binned").orElseThrow().id();
    run.with(new Lineage("s", Map.of("s", "1"), 1, "code", Map.of("binned", binned)))
        .publish(Tables.SELECTION, images(Tables.SELECTION, "('a', 0)", "image_id, rank"));
    String selection = folder.resolve("run/tables/selection").toString();
    String benchmark = table("benchmark", "(1, 10.001, 20.0)", "image_id, latitude, longitude");
    String[] pair = {"--training", selection, "--benchmark", benchmark};
    assertThat(call(pair)).as(err.toString()).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).containsPattern("distance +1 +1 +100.00 % +1 +1 +1 by a");

    String[] none = {
      "--training", selection, "--training-where", "rank > 0", "--benchmark", benchmark
    };
    assertThat(call(none)).as(err.toString()).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).containsPattern("distance +0 +1 +0.00 % +0 +0");

    run.with(new Lineage("s", Map.of("s", "2"), 1, "code", Map.of("catalogue", "1")))
        .publish(
            Tables.BINNED,
            images(Tables.BINNED, "('a', 'train', 1.0)", "image_id, split, latitude"));
    assertThat(call(pair)).isEqualTo(ExitCode.DATA);
    assertThat(err.toString())
        .contains("run/tables/selection was drawn from another table binned")
        .contains("run the stage select again");
  }

  /** Rows of a table of a run; columns that are not given are null, or zero where they may not. */
  private Dataset<Row> images(TableSchema table, String values, String columns) {
    Dataset<Row> given = spark.sql("SELECT * FROM VALUES %s AS t(%s)".formatted(values, columns));
    List<String> names = List.of(given.columns());
    return given.select(
        Stream.of(table.struct().fields())
            .map(
                field ->
                    (names.contains(field.name())
                            ? col(field.name()).cast(field.dataType())
                            : unknown(field))
                        .as(field.name()))
            .toArray(Column[]::new));
  }

  private static Column unknown(StructField field) {
    if (field.nullable()) {
      return lit(null).cast(field.dataType());
    }
    if (field.dataType() instanceof StructType struct) {
      return struct(
          Stream.of(struct.fields())
              .map(inner -> unknown(inner).as(inner.name()))
              .toArray(Column[]::new));
    }
    return field.dataType() instanceof BinaryType
        ? lit(Wkb.point(new GeoPoint(0, 0)))
        : lit("0").cast(field.dataType());
  }
}
