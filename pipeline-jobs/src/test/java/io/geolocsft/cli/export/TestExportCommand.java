package io.geolocsft.cli.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.SparkFixture;
import io.geolocsft.cli.GeoLocSft;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.prompt.RoundedText;
import io.geolocsft.stage.MadeRun;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestExportCommand {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void publish() throws Exception {
    new MadeRun(folder).withImages().withCandidates();
    TableStore.open(SparkFixture.session(), output())
        .publish(
            Tables.EXAMPLES,
            SparkFixture.session()
                .createDataFrame(
                    List.of(
                        example("b", "{\"latitude\": 48.8584, \"longitude\": 2.2945}", null),
                        example("a", "48.8584, 2.2945", "in/a \"1\".jpg")),
                    Tables.EXAMPLES.struct()));
  }

  private static Row example(String id, String answer, String member) {
    Map<String, Object> values =
        Map.of(
            "image_id",
            id,
            "prompt",
            "Where was this taken?",
            "target_text",
            answer,
            "status",
            "ok",
            "latitude",
            48.8584,
            "longitude",
            2.2945,
            "uri",
            "file:/data/100% Größe #1/" + id + (member == null ? ".jpg" : ".tar#bytes=1-2"),
            "token_ids",
            new Integer[] {1, 2});
    return RowFactory.create(
        Stream.of(Tables.EXAMPLES.struct().fields())
            .map(field -> field.name().equals("archive_member") ? member : value(field, values))
            .toArray());
  }

  private static Object value(StructField field, Map<String, Object> values) {
    return values.getOrDefault(
        field.name(), field.dataType().typeName().equals("string") ? "x" : (Object) 7);
  }

  private int call(String... arguments) {
    List<String> all = new ArrayList<>(List.of("export", "--output", output()));
    all.addAll(List.of(arguments));
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false);
    return GeoLocSft.commandLine(StageList.standard(), console).execute(all.toArray(String[]::new));
  }

  private static String output() {
    return folder.resolve("out").toString();
  }

  private List<JsonNode> records() throws IOException {
    List<JsonNode> records = new ArrayList<>();
    for (String line : out.toString().lines().toList()) {
      records.add(JSON.readTree(line));
    }
    return records;
  }

  @Test
  void trainingTextsAreConversationsInOrder() throws IOException {
    assertThat(call("--format", "llama_factory")).as(err.toString()).isZero();
    assertThat(records()).hasSize(2);
    JsonNode first = records().get(0);
    assertThat(first.at("/messages/0/content").asText()).isEqualTo("<image>Where was this taken?");
    assertThat(first.at("/messages/1/content").asText()).isEqualTo("48.8584, 2.2945");
    assertThat(first.at("/images/0").asText())
        .isEqualTo("/data/100% Größe #1/a.tar/in/a \"1\".jpg");
    assertThat(records().get(1).at("/images/0").asText()).isEqualTo("/data/100% Größe #1/b.jpg");
  }

  @Test
  void placesAreToldLessExactly() throws IOException {
    assertThat(call("--format", "sharegpt", "--coordinate-decimals", "1")).isZero();
    assertThat(records().get(0).at("/conversations/1/value").asText()).isEqualTo("48.9, 2.3");
    assertThat(records().get(1).at("/conversations/1/value").asText())
        .isEqualTo("{\"latitude\": 48.9, \"longitude\": 2.3}");
    assertThat(err.toString()).contains("left out: token_ids");
  }

  @Test
  void aTableIsCsv() throws IOException {
    assertThat(call("--coordinate-decimals", "0", "binned")).as(err.toString()).isZero();
    List<CSVRecord> rows =
        CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .get()
            .parse(new StringReader(out.toString()))
            .getRecords();
    assertThat(rows).hasSize(44);
    assertThat(rows.get(0).toMap().keySet())
        .contains("image_id", "latitude")
        .doesNotContain("geometry", "bbox", "cell_id", "leaf_cell_id");
    assertThat(rows).allSatisfy(row -> assertThat(row.get("latitude")).matches("-?\\d+\\.0"));
  }

  /** A distance, or what follows from one, gives the truth away where several answers have one. */
  @Test
  void noColumnTellsADistanceToATruth() {
    assertThat(Tables.all())
        .allSatisfy(
            table ->
                assertThat(new CoarseColumns(table, new RoundedText(1)).columns())
                    .extracting(Column::toString)
                    .doesNotContain(
                        "distance_km",
                        "geoscore",
                        "exif_km",
                        "nearest_place_km",
                        "measured_value"));
    assertThat(
            new CoarseColumns(Tables.named("located").orElseThrow(), new RoundedText(1)).leftOut())
        .contains("candidates", "exif_km", "nearest_place_km");
    assertThat(new RoundedText(1).of("latitude 49.53261, longitude -0.40514 is inhabited land"))
        .isEqualTo("latitude 49.5, longitude -0.4 is inhabited land");
  }

  @Test
  void aTableIsJson() throws IOException {
    assertThat(call("--format", "json", "candidates")).isZero();
    assertThat(records()).hasSize(38).allSatisfy(row -> assertThat(row.has("text")).isTrue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing | has no table 'nothing'; it has binned",
        "--format=sharegpt binned | --format sharegpt is for the table examples",
        "--coordinate-decimals=9 binned | --coordinate-decimals must be 0 to 8",
      })
  void wrongCallsAreAnswered(String arguments, String message) {
    assertThat(call(arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }
}
