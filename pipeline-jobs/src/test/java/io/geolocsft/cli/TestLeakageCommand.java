package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.SparkFixture;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
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
    assertThat(call("--training", "/none", "--benchmark", table)).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString()).contains("--training /none");
    assertThat(call("--training", table, "--benchmark", table, "--block", "other"))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString()).contains("there is no rule 'other'");
  }
}
