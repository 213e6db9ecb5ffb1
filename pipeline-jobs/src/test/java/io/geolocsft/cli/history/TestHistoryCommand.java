package io.geolocsft.cli.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.OddFolder;
import io.geolocsft.SparkFixture;
import io.geolocsft.cli.GeoLocSft;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.stage.MadeRun;
import io.geolocsft.stage.evaluate.Evaluate;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestHistoryCommand {

  @TempDir private Path folder;

  @TempDir(factory = OddFolder.class)
  private Path place;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int call(String output, String... arguments) {
    List<String> all = new ArrayList<>(List.of("history", "--output", output));
    all.addAll(List.of("--to", place.resolve("history").toString()));
    all.addAll(List.of(arguments));
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false);
    return GeoLocSft.commandLine(StageList.standard(), console).execute(all.toArray(String[]::new));
  }

  @Test
  void runsAreRecordedOnceEach() throws Exception {
    MadeRun run = new MadeRun(folder, "evaluate.bootstrap_samples=0").withImages().withCandidates();
    new Evaluate().run(run.context());
    String output = folder.resolve("out").toString();
    assertThat(call(output, "--run-id", "b")).as("without run.json: " + err).isZero();
    Files.writeString(folder.resolve("out/run.json"), "{\"config_hash\": \"abc\"}");
    for (String id : List.of("manual__2026-01-01T00:00:00+00:00", "b", "b")) {
      assertThat(call(output, "--run-id", id)).as(err.toString()).isZero();
    }
    assertThat(out.toString()).contains("figures of run b recorded").endsWith(": 2\n");
    assertThat(files()).hasSize(2).allMatch(name -> name.endsWith(".parquet"));
    Dataset<Row> metrics =
        SparkFixture.session().read().parquet(folder.resolve("out/tables/metrics").toString());
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      Path plain = folder.resolve("plain");
      Files.createDirectory(plain);
      for (String name : files()) {
        Files.copy(place.resolve("history").resolve(name), plain.resolve(name));
      }
      ResultSet found =
          statement.executeQuery(
              "SELECT run_id, count(*), any_value(config_hash), min(recorded_at) >= min(measured_at) FROM '%s/*.parquet' GROUP BY run_id ORDER BY run_id"
                  .formatted(plain));
      for (String id : List.of("b", "manual__2026-01-01T00:00:00+00:00")) {
        assertThat(found.next()).isTrue();
        assertThat(found.getString(1)).isEqualTo(id);
        assertThat(found.getLong(2)).isEqualTo(metrics.count());
        assertThat(found.getString(3)).isEqualTo("abc");
        assertThat(found.getBoolean(4)).isTrue();
      }
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(place.resolve("history"))) {
      return all.map(path -> path.getFileName().toString()).toList();
    }
  }

  @Test
  void aRunWithoutMetricsIsNamed() throws Exception {
    new MadeRun(folder).withImages();
    assertThat(call(folder.resolve("out").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("has no table 'metrics'; it has binned");
    assertThat(place.resolve("history")).doesNotExist();
  }
}
