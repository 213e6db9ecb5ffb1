package io.geolocsft.stage.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.geolocsft.SparkFixture;
import io.geolocsft.answer.AnswerReader;
import io.geolocsft.cli.FaultyEndpoint;
import io.geolocsft.cli.GeoCaptions;
import io.geolocsft.config.ConfigFixture;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.stage.MadeRun;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCaption {

  private static final int IMAGES = 6;

  private final SparkSession spark = SparkFixture.session();
  private final Caption stage = new Caption();

  @TempDir Path folder;
  private TableStore tables;

  @BeforeEach
  void select() throws IOException {
    tables = TableStore.open(spark, folder.resolve("out").toString());
    List<Row> selection = new ArrayList<>();
    List<Row> binned = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      Path file = folder.resolve("images").resolve(i + ".png");
      Files.createDirectories(file.getParent());
      BufferedImage image = new BufferedImage(24 + i, 12, BufferedImage.TYPE_INT_RGB);
      image.setRGB(i, i, 0xff0000);
      ImageIO.write(image, "png", file.toFile());
      String id = "drive/" + i + ".png";
      binned.add(
          MadeRun.row(
              Tables.BINNED,
              Map.of(
                  "image_id",
                  id,
                  "uri",
                  file.toUri().toString(),
                  "sha256",
                  MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString(),
                  "width",
                  24 + i,
                  "height",
                  12,
                  "latitude",
                  -33.5 + i,
                  "longitude",
                  151.25 - i,
                  "country",
                  "AU")));
      selection.add(MadeRun.row(Tables.SELECTION, Map.of("image_id", id, "rank", IMAGES - i)));
    }
    publish(Tables.BINNED, binned);
    publish(Tables.SELECTION, selection);
  }

  private void publish(TableSchema table, List<Row> rows) {
    tables.publish(table, spark.createDataFrame(rows, table.struct()));
  }

  private void run(String... sets) throws Exception {
    stage.run(StageContext.quiet(spark, config(sets), tables));
  }

  private static PipelineConfig config(String... sets) {
    List<String> all = new ArrayList<>(Arrays.asList(sets));
    all.add("model.path=" + Path.of("..", "run", "data", "gemma3-small").toAbsolutePath());
    return ConfigFixture.with(all.toArray(String[]::new));
  }

  private List<Row> rows(TableSchema table) {
    return tables.read(table).collectAsList();
  }

  private List<Row> errors() {
    return rows(Tables.errorsOf("caption"));
  }

  private static List<String> of(List<Row> rows, String column) {
    return rows.stream().map(row -> String.valueOf(row.<Object>getAs(column))).toList();
  }

  @Test
  void templatesSayWhatTheCatalogueKnows() throws Exception {
    run();
    assertThat(of(rows(Tables.CAPTIONS), "caption"))
        .hasSize(IMAGES)
        .startsWith("<answer>lat: -28.50, lon: 146.25</answer>");
    assertThat(of(rows(Tables.CAPTIONS), "source")).containsOnly("template:answer");
    assertThat(rows(Tables.CAPTION_LEDGER)).isEmpty();
    assertThat(errors()).isEmpty();
  }

  private String[] asked(FaultyEndpoint server, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "caption.source=endpoint",
                "caption.endpoint.url=" + server.url(),
                "caption.endpoint.model=some-model",
                "caption.endpoint.concurrency=3",
                "caption.input_price=2",
                "caption.output_price=10",
                "examples.target=json",
                "examples.decimals=1"));
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  @Test
  void aServerIsToldThePlaceAndItsCaptionIsTrainedOn() throws Exception {
    AtomicReference<JsonNode> request = new AtomicReference<>();
    Function<JsonNode, String> model =
        body -> {
          request.set(body);
          return GeoCaptions.good(body);
        };
    try (FaultyEndpoint server = new FaultyEndpoint(0.3, model)) {
      run(asked(server));
      assertThat(server.paid()).isEqualTo(IMAGES);
      run(asked(server, "caption.max_distance_km=2"));
      assertThat(server.sent()).isEqualTo(IMAGES);
    }
    List<Row> captions = rows(Tables.CAPTIONS);
    assertThat(of(captions, "image_id")).startsWith("drive/5.png").hasSize(IMAGES);
    assertThat(of(captions, "source")).containsOnly("endpoint:some-model");
    String text = captions.get(0).getAs("caption");
    assertThat(text)
        .startsWith("{\"thinking\": {\"25km_analysis\": {")
        .contains("\"coordinates\": {\"latitude\": -28.5, \"longitude\": 146.2, \"region\": ")
        .contains("\"final_location_confirmation\": {\"confirmed_location\": ");
    assertThat(AnswerReader.read(text).point().orElseThrow().latitude()).isEqualTo(-28.5);

    List<Row> ledger = rows(Tables.CAPTION_LEDGER);
    assertThat(of(ledger, "ruling")).hasSize(IMAGES).containsOnly("accepted");
    assertThat(of(ledger, "cost")).containsOnly("0.0054");

    assertThat(request.get().path("temperature").asDouble()).isEqualTo(1);
    assertThat(request.get().has("logprobs")).isFalse();
    assertThat(request.get().at("/response_format/json_schema/schema/title").asText())
        .isEqualTo("Geo-caption");
    String url = request.get().at("/messages/0/content/0/image_url/url").asText();
    byte[] jpeg = Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1));
    BufferedImage sent = ImageIO.read(new ByteArrayInputStream(jpeg));
    assertThat(List.of(sent.getWidth(), sent.getHeight())).containsOnly(1092);
  }

  @Test
  void whatIsRejectedIsAskedForAgainAndStaysInTheLedger() throws Exception {
    try (FaultyEndpoint server = new FaultyEndpoint(1e-9, GeoCaptions.rejectedAt(2))) {
      assertThatThrownBy(() -> run(asked(server, "caption.attempts=1")))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("6 of 6 images have no caption")
          .hasMessageContaining("caption.max_error_share");
      assertThat(tables.has("captions")).isFalse();
      run(asked(server));
      assertThat(server.sent()).isEqualTo(3 * IMAGES);
    }
    List<Row> ledger = rows(Tables.CAPTION_LEDGER);
    assertThat(ledger).hasSize(3 * IMAGES);
    assertThat(ledger.stream().filter(row -> row.getAs("ruling").equals("accepted")))
        .hasSize(IMAGES)
        .allMatch(row -> row.<Integer>getAs("attempt") == 2);
    assertThat(of(ledger, "ruling")).contains("not_json", "wrong_place");
  }

  @Test
  void anImageWithoutACaptionIsAnError() throws Exception {
    try (FaultyEndpoint server =
        new FaultyEndpoint(
            1e-9,
            body ->
                body.toString().contains("latitude -28.5")
                    ? "I cannot help with that."
                    : GeoCaptions.good(body))) {
      run(asked(server, "caption.max_error_share=0.2"));
    }
    assertThat(rows(Tables.CAPTIONS)).hasSize(IMAGES - 1);
    assertThat(errors()).hasSize(1);
    assertThat(errors().get(0).<String>getAs("kind")).isEqualTo("not_json");
    assertThat(errors().get(0).<String>getAs("message")).contains("I cannot help with that.");
  }

  @Test
  void aBudgetIsKeptAlsoOverCalls() throws Exception {
    try (FaultyEndpoint server = new FaultyEndpoint(1e-9, GeoCaptions::good)) {
      assertThatThrownBy(() -> run(asked(server, "caption.budget_requests=2")))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("caption.budget_requests = 2")
          .hasMessageContaining("2 of 6 images have captions");
      assertThat(server.sent()).isEqualTo(2);
      assertThatThrownBy(() -> run(asked(server, "caption.budget_requests=2")))
          .isInstanceOf(ConfigException.class);
      assertThat(server.sent()).isEqualTo(2);
      assertThatThrownBy(() -> run(asked(server, "caption.budget_tokens=3000")))
          .isInstanceOf(ConfigException.class);
      assertThat(server.sent()).isEqualTo(2);
      run(asked(server, "caption.budget_requests=6"));
      assertThat(server.sent()).isEqualTo(IMAGES);
    }
  }

  @Test
  void variantsShareWhatWasPaidFor() throws Exception {
    try (FaultyEndpoint server = new FaultyEndpoint(1e-9, GeoCaptions::good)) {
      run(asked(server));
      tables = tables.within("variants/other");
      run(asked(server));
      assertThat(server.sent()).isEqualTo(IMAGES);
    }
  }

  /** What the layouts of files are, the core's test of CaptionFile knows. */
  @Test
  void captionsComeFromFiles() throws Exception {
    List<String> records = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      records.add(
          String.format(
              Locale.ROOT,
              "{\"image\": \"/data/drive/%d.jpg\", \"caption\": {\"thinking\": {\"own\": 1}, \"answer\": {\"coordinates\": {\"latitude\": %f, \"longitude\": %f}}}}",
              i,
              -33.5 + i,
              151.25 - i));
    }
    records.add("{\"image\": \"unknown.jpg\", \"caption\": \"none\"}");
    Path file = Files.write(folder.resolve("captions.jsonl"), records);
    run("caption.source=files", "caption.files=[\"" + file + "\"]", "examples.target=json");
    assertThat(of(rows(Tables.CAPTIONS), "caption"))
        .hasSize(IMAGES)
        .startsWith(
            "{\"thinking\": {\"own\": 1}, \"answer\": {\"coordinates\": {\"latitude\": -28.50, \"longitude\": 146.25}}}");
    assertThat(of(rows(Tables.CAPTIONS), "source")).containsOnly("files");
  }

  @Test
  void aBrokenFileIsNamedWithItsLine() throws Exception {
    Path file = folder.resolve("captions.jsonl");
    String[] sets = {
      "caption.source=files", "caption.files=[\"" + file + "\"]", "examples.target=json"
    };
    Files.writeString(file, "{\"image\": \"a\", \"caption\": \"b\"}\n{\"image\": }");
    assertThatThrownBy(() -> run(sets))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("captions.jsonl is not valid JSON at line 2");
    Files.writeString(file, "{\"image\": \"a\", \"text\": \"b\"}");
    assertThatThrownBy(() -> run(sets))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("captions.jsonl, record 1 (line 1) has no caption");
    Files.writeString(file, "{\"image\": \"0.png\", \"caption\": \"b\"}");
    assertThatThrownBy(() -> run(sets))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(String.format(Locale.ROOT, "5 no_caption"));
  }

  @Test
  void onlyWhatTheSourceReadsMakesCaptionsAnew() {
    assertThat(read("caption.source=template"))
        .containsExactlyInAnyOrder(
            "caption.source", "examples.target", "examples.decimals", "examples.coordinate_step");
    assertThat(read("caption.source=files", "caption.files=[a]", "examples.target=json"))
        .contains("caption.files", "caption.reject_leaks", "examples.max_tokens")
        .doesNotContain("caption.temperature", "caption.endpoint.model");
    assertThat(
            read(
                "caption.source=endpoint",
                "caption.endpoint.url=http://a",
                "caption.endpoint.model=m",
                "examples.target=json"))
        .contains("caption.endpoint.model", "caption.prompt", "caption.attempts")
        .doesNotContain(
            "caption.files",
            "caption.endpoint.url",
            "caption.endpoint.key_file",
            "caption.input_price",
            "caption.max_error_share",
            "caption.budget_tokens",
            "caption.store");
  }

  private Set<String> read(String... sets) {
    return stage.settings(SettingValues.of(config(sets))).values().keySet();
  }

  @Test
  void captionsNeedTheFormOfJson() {
    assertThatThrownBy(() -> config("caption.source=files", "caption.files=[a.json]"))
        .hasMessageContaining("set examples.target to json");
    assertThatThrownBy(() -> config("caption.source=endpoint", "examples.target=json"))
        .hasMessageContaining("caption.endpoint.url");
    assertThatThrownBy(() -> config("caption.prompt=Where?")).hasMessageContaining("{latitude}");
  }
}
