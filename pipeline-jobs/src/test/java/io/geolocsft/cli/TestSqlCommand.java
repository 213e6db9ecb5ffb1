package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.InLocale;
import io.geolocsft.SparkFixture;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TestSqlCommand {

  private final SparkSession spark = SparkFixture.session();

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int call(String... arguments) {
    List<String> all = new ArrayList<>(List.of("sql"));
    all.addAll(List.of(arguments));
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false);
    return GeoLocSft.commandLine(StageList.standard(), console).execute(all.toArray(String[]::new));
  }

  private String[] lines() {
    return out.toString().split("\\R");
  }

  private void publishRejections() {
    List<Row> rows =
        List.of(
            RowFactory.create("a", "min_side", 20.0, 32.0, null, 1L, 5L),
            RowFactory.create("b", "near_duplicate", 3.0, 4.0, "like \"c\", perhaps", 1L, 5L),
            RowFactory.create("d", "min_side", 31.0, 32.0, "two\nlines", 2L, null));
    TableStore.open(spark, folder.toString())
        .publish(
            Tables.REJECTIONS, spark.createDataFrame(rows, Tables.REJECTIONS.struct()).coalesce(1));
  }

  @ParameterizedTest
  @MethodSource("io.geolocsft.InLocale#others")
  void printsTheSameInEveryLocale(Locale locale) throws Exception {
    publishRejections();
    for (String format : List.of("table", "csv", "json")) {
      Callable<String> printed =
          () -> {
            out.getBuffer().setLength(0);
            String query =
                "SELECT image_id AS ID, limit_value AS LIMIT_VALUE, 1234567 AS i, 1.5e-7D AS d,"
                    + " timestamp '2019-07-14 08:30:00' AS t, 1234.5 AS n FROM rejections";
            call("--output", folder.toString(), "--rows", "2", "--format", format, query);
            return out.toString();
          };
      String text = InLocale.call(locale, printed);
      assertThat(text).as(err.toString()).contains("1234567", "2019");
      assertThat(text).isEqualTo(InLocale.call(Locale.ROOT, printed));
    }
  }

  @Test
  void everyTableIsAView() {
    publishRejections();
    int code =
        call(
            "--output",
            folder.toString(),
            "SELECT rule, count(*) AS images FROM rejections GROUP BY rule ORDER BY rule;"
                + " SELECT count(*) AS failed FROM errors -- none; so far");
    assertThat(code).as(err.toString()).isZero();
    assertThat(lines())
        .containsExactly(
            "rule            images",
            "--------------  ------",
            "min_side        2",
            "near_duplicate  1",
            "failed",
            "------",
            "0");
  }

  @Test
  void csvIsReadBackAsItWas() {
    publishRejections();
    String query =
        "SELECT *, struct(image_id) AS s, X'00FF' AS b FROM rejections ORDER BY image_id";
    assertThat(call("--output", folder.toString(), "--format", "csv", query)).isZero();
    assertThat(out.toString().replace("\r\n", "\n"))
        .isEqualTo(
            """
            image_id,rule,measured_value,limit_value,detail,cell_id,leaf_cell_id,s,b
            a,min_side,20.0,32.0,,1,5,"{""image_id"":""a""}",AP8=
            b,near_duplicate,3.0,4.0,"like ""c"", perhaps",1,5,"{""image_id"":""b""}",AP8=
            d,min_side,31.0,32.0,"two
            lines",2,,"{""image_id"":""d""}",AP8=
            """);
  }

  @Test
  void jsonIsAnObjectALine() throws IOException {
    publishRejections();
    String query = "SELECT image_id, detail, 1 AS `a b` FROM rejections ORDER BY image_id";
    assertThat(call("--output", folder.toString(), "--format", "json", query)).isZero();
    JsonNode first = new ObjectMapper().readTree(lines()[0]);
    assertThat(first.get("image_id").asText()).isEqualTo("a");
    assertThat(first.get("detail").isNull()).isTrue();
    assertThat(first.get("a b").asInt()).isEqualTo(1);
    assertThat(lines()).hasSize(3);
  }

  @Test
  void needsNoRunForItsFunctions() {
    assertThat(call("SELECT s2_token(s2_cell_id(48.8584, 2.2945, 10)) AS cell, 1 AS cell"))
        .isZero();
    assertThat(lines()).containsExactly("cell    cell", "------  ----", "47e66f  1");
  }

  @Test
  void showsSoManyRowsOfATable() {
    assertThat(call("--rows", "3", "SELECT id FROM range(10)")).isZero();
    assertThat(lines()).hasSize(5);
    assertThat(err.toString()).contains("The first 3 rows");
  }

  @Test
  void readsAScriptFromStandardInput() {
    InputStream before = System.in;
    System.setIn(
        new ByteArrayInputStream(
            "SET x.y = z; -- not here; nor\nSELECT 1 AS one;\nSELECT 'a;b' AS text\n"
                .getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(call("--format", "json")).as(err.toString()).isZero();
    } finally {
      System.setIn(before);
    }
    assertThat(lines())
        .containsExactly("{\"key\":\"x.y\",\"value\":\"z\"}", "{\"one\":1}", "{\"text\":\"a;b\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELEC 1 | 2 | PARSE_SYNTAX_ERROR",
        "SELECT * FROM nowhere | 2 | TABLE_OR_VIEW_NOT_FOUND",
        "SELECT s2_cell_id(1) | 2 | WRONG_NUM_ARGS",
        "SELECT grid_cell(1, 2, 0, 5) | 2 | rows and columns must be constant INTs",
        "SELECT s2_cell_id(id, 0, 3) FROM range(100) | 3 | latitude 91.0 (allowed -90 to 90)",
        "SELECT 1 / (id - id) FROM range(3) | 3 | DIVIDE_BY_ZERO"
      })
  void saysWhatIsWrong(String query, int code, String message) {
    assertThat(call(query)).as(err.toString()).isEqualTo(code);
    assertThat(err.toString()).contains("error: ", message).doesNotContain("\tat ");
  }

  @Test
  void csvKeepsSpacesAndEmptyValues() {
    String query = "SELECT * FROM VALUES (' a '), (NULL), ('') AS t(` x `)";
    assertThat(call("--format", "csv", query)).as(err.toString()).isZero();
    assertThat(out.toString().replace("\r\n", "\n")).isEqualTo(" x \n a \n\n\"\"\n");
  }

  @Test
  void anyNumberOfRowsCanBeAskedFor() {
    assertThat(call("--rows", "2147483647", "SELECT id FROM range(3)")).isZero();
    assertThat(lines()).hasSize(5);
    assertThat(call("--rows", "-1", "SELECT 1")).isEqualTo(2);
    assertThat(err.toString()).contains("--rows: -1 is not allowed");
  }

  @Test
  void asksForTheOutputOfARun() {
    assertThat(call("--output", folder.resolve("none").toString(), "SELECT 1")).isEqualTo(2);
    assertThat(err.toString()).contains("holds no tables");
    assertThat(call("--format", "xml", "SELECT 1")).isEqualTo(2);
  }
}
