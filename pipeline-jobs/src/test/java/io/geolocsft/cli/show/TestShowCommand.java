package io.geolocsft.cli.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.geolocsft.SparkFixture;
import io.geolocsft.cli.GeoLocSft;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.stage.MadeRun;
import io.geolocsft.table.Tables;
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
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TestShowCommand {

  private static final Path PAGE = Path.of("../conf/TABLES.md");

  @TempDir private static Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void publish() throws Exception {
    new MadeRun(folder).withImages().withCandidates();
  }

  private int call(String... arguments) {
    List<String> all = new ArrayList<>(List.of("show", "--output", output()));
    all.addAll(List.of(arguments));
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false);
    return GeoLocSft.commandLine(StageList.standard(), console).execute(all.toArray(String[]::new));
  }

  private static String output() {
    return folder.resolve("out").toString();
  }

  @Test
  void tablesAreListed() {
    assertThat(call()).isZero();
    assertThat(out.toString())
        .contains("what it is")
        .containsPattern("(?m)^candidates +38 .*One row an answer")
        .containsPattern("(?m)^binned +44 ")
        .doesNotContain("metrics ");
  }

  @Test
  void aTableIsShownWithWhatItsColumnsMean() {
    assertThat(call("candidates", "--rows", "2")).isZero();
    assertThat(out.toString())
        .startsWith("candidates: One row an answer")
        .contains("38 rows", "key: benchmark, model, image_id, k")
        .containsPattern(
            "(?m)^latitude +double +Of the place in the text \\(degree\\). Null: it holds")
        .contains("row 1", "row 2")
        .doesNotContain("row 3");
  }

  @Test
  void bytesAndLongTextsAreShortened() {
    assertThat(call("thumbnails", "--rows", "1")).isZero();
    assertThat(out.toString()).containsPattern("(?m)^rgb +768 bytes$");
  }

  @Test
  void anUnknownTableIsAnsweredWithThoseThatThereAre() {
    assertThat(call("candidate")).isEqualTo(2);
    assertThat(err.toString()).contains("has no table 'candidate'; it has binned, ");
  }

  @Test
  void sparkTakesTheStatements() throws Exception {
    assertThat(call("--sql-ddl", "spark")).isZero();
    SparkSession spark = SparkFixture.session().newSession();
    spark.sql("CREATE DATABASE IF NOT EXISTS shown");
    spark.sql("USE shown");
    try {
      for (String statement : out.toString().split(";\\R")) {
        if (!statement.isBlank()) {
          spark.sql(statement);
        }
      }
      assertThat(spark.table("candidates").count()).isEqualTo(38);
      assertThat(spark.table("candidates").where("benchmark = 'photos'").count()).isEqualTo(19);
      assertThat(spark.table("binned").schema().apply("blur").getComment().get())
          .isEqualTo(Tables.BINNED.struct().apply("blur").getComment().get());
    } finally {
      spark.sql("DROP DATABASE shown CASCADE");
    }
  }

  @Test
  void duckDbTakesTheStatements() throws Exception {
    assertThat(call("--sql-ddl", "duckdb")).isZero();
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      for (String text : out.toString().split(";\\R")) {
        if (!text.isBlank()) {
          statement.execute(text);
        }
      }
      assertThat(one(statement, "SELECT count(*) FROM candidates WHERE benchmark = 'photos'"))
          .isEqualTo("19");
      assertThat(
              one(
                  statement,
                  "SELECT comment FROM duckdb_columns() WHERE table_name = 'binned' AND column_name = 'blur'"))
          .isEqualTo(Tables.BINNED.struct().apply("blur").getComment().get());
    }
  }

  private static String one(Statement statement, String query) throws Exception {
    try (ResultSet result = statement.executeQuery(query)) {
      assertThat(result.next()).isTrue();
      return result.getString(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyDialectNamesEveryColumn(SqlDialect dialect) {
    for (var table : Tables.all()) {
      String statements = dialect.statements(table, "s3a://bucket/it's/tables/" + table.name());
      assertThat(statements).endsWith(";").contains(table.name());
      assertThat(Stream.of(table.struct().fieldNames())).allMatch(statements::contains);
    }
  }

  @Test
  void textsAreQuotedAsTheEngineReadsThem() {
    String where = "/data/it's";
    assertThat(SqlDialect.SPARK.statements(Tables.FUNNEL, where)).contains("'/data/it\\'s'");
    assertThat(SqlDialect.DUCKDB.statements(Tables.FUNNEL, where))
        .contains("'/data/it''s/*.parquet'");
  }

  @Test
  void aFolderIsNoPatternAndS3HasItsOwnName() {
    assertThat(SqlDialect.DUCKDB.statements(Tables.FUNNEL, "/a[1]*"))
        .contains("'/a[[]1][*]/*.parquet'");
    assertThat(SqlDialect.ATHENA.statements(Tables.FUNNEL, "s3a://b/f")).contains("'s3://b/f/'");
    assertThat(SqlDialect.TRINO.statements(Tables.FUNNEL, "s3a://b/f")).contains("'s3://b/f'");
    assertThatThrownBy(() -> SqlDialect.ATHENA.statements(Tables.FUNNEL, "/data/f"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("in S3 only, and this run lies in /data/f");
  }

  @Test
  void trinoHasItsOwnTypes() {
    assertThat(SqlDialect.TRINO.statements(Tables.LOCATED, "/x"))
        .contains("\"candidates\" array(row(\"latitude\" double, ")
        .contains("\"image_id\" varchar COMMENT");
  }

  @Test
  void dbtGetsTestsOfKeysValuesAndRelationships() throws Exception {
    assertThat(call("--dbt")).isZero();
    JsonNode source = new YAMLMapper().readTree(out.toString()).at("/sources/0");
    assertThat(source.path("name").asText()).isEqualTo("geolocsft");
    JsonNode candidates = named(source.path("tables"), "candidates");
    assertThat(candidates.at("/data_tests/0/unique/column_name").asText())
        .contains("cast(image_id as varchar)", "cast(k as varchar)");
    JsonNode image = named(candidates.path("columns"), "image_id");
    assertThat(image.path("data_tests").get(0).asText()).isEqualTo("not_null");
    assertThat(image.at("/data_tests/1/relationships/arguments/to").asText())
        .isEqualTo("source('geolocsft', 'binned')");
    assertThat(
            named(candidates.path("columns"), "parse_status")
                .at("/data_tests/1/accepted_values/arguments/values"))
        .hasSize(10);
  }

  private static JsonNode named(JsonNode list, String name) {
    for (JsonNode node : list) {
      if (node.path("name").asText().equals(name)) {
        return node;
      }
    }
    throw new AssertionError("no " + name);
  }

  /** {@code -Dgolden.write=true} writes it anew. */
  @Test
  void thePageOfTheDocumentationIsThis() throws Exception {
    String page = new DictionaryPage(Tables.all()).markdown();
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).hasContent(page);
  }
}
