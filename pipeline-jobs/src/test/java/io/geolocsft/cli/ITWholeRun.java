package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.cli.TinyRun.Call;
import io.geolocsft.cli.pipeline.StageEntry;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All stages on a small input, read as a user and a data engineer would read them. */
class ITWholeRun {

  private static TinyRun tiny;
  private static Path output;

  @BeforeAll
  static void runOnce() throws IOException {
    tiny = TinyRun.shared();
    output = tiny.finished();
  }

  static List<String> tables() {
    return StageList.standard().between(null, null).stream()
        .flatMap(entry -> entry.stage().outputs().stream())
        .filter(name -> Tables.named(name).isPresent())
        .toList();
  }

  @Test
  void everyTableIsThereAndNothingElse() {
    List<String> expected = new ArrayList<>(tables());
    assertThat(TinyRun.tables(output)).containsExactlyInAnyOrderElementsOf(expected);
    expected.removeIf(name -> name.startsWith(Tables.ERRORS.name()));
    List<String> schemas = new ArrayList<>(Tables.all().stream().map(TableSchema::name).toList());
    // What a stage outside of run writes.
    schemas.removeAll(List.of(Tables.ERRORS.name(), Tables.HOLDOUT.name(), Tables.LOCATED.name()));
    assertThat(expected).containsExactlyInAnyOrderElementsOf(schemas);
    assertThat(output.resolve(".staging")).doesNotExist();
    assertThat(output.resolve(".scratch")).doesNotExist();
    assertThat(output.resolve(".lease")).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("tables")
  void sparkReadsItWithTheCommittedSchema(String name) throws IOException {
    PublishedTable table = new PublishedTable(output, name);
    TableSchema expected = Tables.named(name).orElseThrow();
    assertThat(table.rows().schema().asNullable()).isEqualTo(stored(expected).asNullable());
    assertThat(table.rows().count()).isEqualTo(table.manifestRows());
  }

  /** Columns that are folders have no place for their comments. */
  private static StructType stored(TableSchema table) {
    return new StructType(
        Stream.of(table.struct().fields())
            .map(
                field ->
                    table.partitionBy().contains(field.name())
                        ? DataTypes.createStructField(field.name(), field.dataType(), true)
                        : field)
            .toArray(StructField[]::new));
  }

  @ParameterizedTest
  @MethodSource("tables")
  void duckDbReadsIt(String name) throws Exception {
    PublishedTable table = new PublishedTable(output, name);
    String files = "read_parquet('%s/**/*.parquet', hive_partitioning = true)";
    String query = "SELECT * FROM " + files.formatted(table.folder());
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      assertThat(columns(statement, query))
          .containsExactly(Tables.named(name).orElseThrow().struct().fieldNames());
      assertThat(rows(statement, query)).isEqualTo(table.manifestRows());
    }
  }

  private static List<String> columns(Statement statement, String query) throws SQLException {
    List<String> names = new ArrayList<>();
    try (ResultSet result = statement.executeQuery("DESCRIBE " + query)) {
      while (result.next()) {
        names.add(result.getString("column_name"));
      }
    }
    return names;
  }

  private static long rows(Statement statement, String query) throws SQLException {
    long rows = 0;
    try (ResultSet result = statement.executeQuery(query)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        // Each value, so that no column is there by name alone.
        for (int i = 1; i <= columns; i++) {
          result.getObject(i);
        }
        rows++;
      }
    }
    return rows;
  }

  @Test
  void theTablesFitTogether() throws IOException {
    assertThat(rowsOf("selection")).isEqualTo(40);
    assertThat(rowsOf("examples") + rowsOf("errors_examples")).isEqualTo(40);
    assertThat(rowsOf("catalogue") + rowsOf("errors_ingest")).isEqualTo(150 + 2 * 10);
    assertThat(rowsOf("binned")).isEqualTo(rowsOf("catalogue"));
    assertThat(rowsOf("selection") + rowsOf("rejections"))
        .isEqualTo(new PublishedTable(output, "binned").rows().where("split = 'train'").count());
    assertThat(rowsOf("training_log")).isEqualTo(6 * (40 / 8));
    assertThat(rowsOf("reward_log")).isEqualTo(2 * 5);
    assertThat(rowsOf("candidates")).isEqualTo(3 * 2 * 2 * 10);
    assertThat(rowsOf("predictions")).isEqualTo(3 * 2 * 10);
  }

  private static long rowsOf(String table) throws IOException {
    return new PublishedTable(output, table).manifestRows();
  }

  @Test
  void theReportNamesTheRun() throws IOException {
    assertThat(output.resolve("report/report.html"))
        .content()
        .contains("A tiny run", "tiny", "photos", "sparse");
    assertThat(output.resolve("tuned/adapter_config.json")).exists();
    assertThat(output.resolve("tuned/README.md"))
        .content()
        .contains("base_model: ", "### sparse", "| within 750 km |");
    assertThat(Files.size(output.resolve("tuned/adapter_model.safetensors"))).isPositive();
  }

  @Test
  void aSecondRunHasNothingToDo() throws IOException {
    Map<String, String> before = manifests(output);
    Call second = tiny.call(output, "run");
    assertThat(second.code()).isEqualTo(ExitCode.DONE);
    for (StageEntry entry : StageList.standard().between(null, null)) {
      String stage = entry.name();
      assertThat(second.err()).contains(stage + ": skipped, nothing has changed");
      assertThat(second.out()).containsPattern("(?m)^" + stage + " +skipped");
    }
    assertThat(manifests(output)).isEqualTo(before);
  }

  @Test
  void aDryRunPrintsThePlan() throws IOException {
    Call plan = tiny.call(output, "run", "--dry-run", "--set", "infer.candidates=3");
    assertThat(plan.code()).isEqualTo(ExitCode.DONE);
    assertThat(plan.out()).contains("Resolved configuration", "candidates: 3", "catalogue");
    assertThat(plan.out()).containsPattern("(?m)^sft +done");
    assertThat(plan.out()).containsPattern("(?m)^infer +to do");
    Path fresh = tiny.folder().resolve("never");
    assertThat(tiny.call(fresh, "run", "--dry-run").out()).containsPattern("(?m)^ingest +to do");
    assertThat(fresh).doesNotExist();
  }

  @Test
  void forceRunsAStageAgainWithTheSameResult() throws IOException {
    Path copy = tiny.copyOfFinished("forced");
    Map<String, String> before = manifests(copy);
    Call forced = tiny.call(copy, "run", "--force", "--only", "select");
    assertThat(forced.code()).isEqualTo(ExitCode.DONE);
    assertThat(forced.out()).containsPattern("(?m)^select +run");
    assertThat(changed(before, manifests(copy)))
        .containsExactlyInAnyOrderElementsOf(
            StageList.standard().named("select").orElseThrow().stage().outputs());
    assertThat(new PublishedTable(copy, "selection").bytes())
        .usingRecursiveComparison()
        .isEqualTo(new PublishedTable(output, "selection").bytes());
    assertThat(tiny.call(copy, "run").err()).contains("report: skipped, nothing has changed");
  }

  @Test
  void anotherSeedSelectsOtherImages() throws IOException {
    Path copy = tiny.copyOfFinished("reseeded");
    assertThat(tiny.call(copy, "select", "--set", "run.seed=4").code()).isEqualTo(ExitCode.DONE);
    List<String> other = new PublishedTable(copy, "selection").texts();
    assertThat(other).hasSize(40).isNotEqualTo(new PublishedTable(output, "selection").texts());
  }

  @Test
  void aNewAdapterLeavesTheBaseModelsAnswersAsTheyAre() throws IOException {
    Path copy = tiny.copyOfFinished("retuned");
    Call retuned = tiny.call(copy, "run", "--to", "infer", "--set", "sft.epochs=1");
    assertThat(retuned.code()).as(retuned.toString()).isEqualTo(ExitCode.DONE);
    assertThat(retuned.out()).contains("infer: keeping the answers of base\n");
    assertThat(output.resolve("rewarded/adapter_config.json")).exists();
    assertThat(answers(copy, "base")).hasSize(2 * 2 * 10).isEqualTo(answers(output, "base"));
    assertThat(answers(copy, "tuned")).hasSize(2 * 2 * 10).isNotEqualTo(answers(output, "tuned"));
    Call alone = tiny.call(copy, "infer", "--set", "sft.epochs=1", "--set", "infer.models=[tuned]");
    assertThat(alone.out()).contains("infer: keeping the answers of tuned\n");
    assertThat(answers(copy, "base")).isEmpty();
    Call forced = tiny.call(copy, "infer", "--force", "--set", "infer.models=[tuned]");
    assertThat(forced.out()).doesNotContain("keeping");
  }

  private static List<String> answers(Path folder, String model) throws IOException {
    return new PublishedTable(folder, "candidates")
        .rows()
        .where("model = '" + model + "'")
        // Spark reads the larger files first.
        .orderBy("image_id", "k")
        .toJSON()
        .collectAsList();
  }

  @Test
  void theSummaryAndTheConfigurationStayBehind() throws IOException {
    assertThat(output.resolve("config.yaml")).content().contains("name: tiny", "seed: 3");
    assertThat(Files.readString(output.resolve("run.json")))
        .containsPattern(Pattern.compile("\"run\" : \"tiny\""));
  }

  private static Map<String, String> manifests(Path folder) throws IOException {
    Map<String, String> manifests = new TreeMap<>();
    for (String name : TinyRun.tables(folder)) {
      manifests.put(name, new PublishedTable(folder, name).manifest());
    }
    for (String name : Arrays.asList("tuned", "report")) {
      manifests.put(name, Files.readString(folder.resolve(name).resolve("_manifest.json")));
    }
    return manifests;
  }

  private static List<String> changed(Map<String, String> before, Map<String, String> after) {
    return after.keySet().stream()
        .filter(name -> !after.get(name).equals(before.get(name)))
        .toList();
  }
}
