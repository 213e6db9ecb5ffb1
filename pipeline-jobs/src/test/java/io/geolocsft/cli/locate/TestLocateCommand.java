package io.geolocsft.cli.locate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.SparkFixture;
import io.geolocsft.cli.GeoLocSft;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.commons.csv.CSVFormat;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

class TestLocateCommand {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MODEL = "../run/data/gemma3-small";
  private static final Path EXIF =
      Path.of("../pipeline-core/src/test/resources/io/geolocsft/image/goldens/exif-whole.jpg");

  /** A session that is there is not stopped by a command. */
  private final SparkSession spark = SparkFixture.session();

  @TempDir private Path folder;

  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  @BeforeEach
  void photographs() throws IOException {
    Files.createDirectories(photos());
    photograph("blue sea #1.png", Color.BLUE);
    photograph("w\u00FCste.png", Color.ORANGE);
  }

  private Path photos() {
    return folder.resolve("my photos");
  }

  private Path photograph(String name, Color color) throws IOException {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(color);
    graphics.fillRect(0, 0, 64, 64);
    graphics.dispose();
    Path file = photos().resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private int locate(Object... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    List<String> all = new ArrayList<>(List.of("locate", "--model", MODEL));
    List.of(arguments).forEach(argument -> all.add(argument.toString()));
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false);
    return GeoLocSft.commandLine(StageList.standard(), console).execute(all.toArray(String[]::new));
  }

  private List<JsonNode> json() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : out.toString().lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void aPhotographHasAPointItsNamesAndCandidates() throws IOException {
    Path photo = photos().resolve("w\u00FCste.png");
    assertThat(locate("--format", "json", "--candidates", 5, photo)).as(err.toString()).isZero();
    JsonNode line = json().get(0);
    assertThat(line.get("image").textValue()).isEqualTo(photo.toString());
    assertThat(line.get("latitude").doubleValue()).isBetween(-90.0, 90.0);
    assertThat(line.get("longitude").doubleValue()).isBetween(-180.0, 180.0);
    assertThat(line.get("nearest_place").textValue()).isNotEmpty();
    assertThat(line.get("candidates")).hasSize(5);
    for (JsonNode candidate : line.get("candidates")) {
      assertThat(candidate.get("probability").doubleValue()).isBetween(0.0, 1.0);
      assertThat(candidate.get("text").textValue()).startsWith("<answer>");
    }
    assertThat(line.has("exif")).isFalse();
  }

  @Test
  void aPositionOfItsOwnIsShownAndNotUsed() throws IOException {
    Path photo = Files.copy(EXIF, photos().resolve("exif.jpg"));
    assertThat(locate("--format", "json", photo)).as(err.toString()).isZero();
    JsonNode line = json().get(0);
    assertThat(line.at("/exif/latitude").isNumber()).isTrue();
    assertThat(line.at("/exif/distance_km").doubleValue()).isPositive();
    assertThat(line.get("latitude")).isNotEqualTo(line.at("/exif/latitude"));
    assertThat(locate(photo)).isZero();
    assertThat(out.toString())
        .contains("The photograph itself states")
        .contains("times  latitude")
        .doesNotContain("50 % km");
  }

  @Test
  void everyFileOfAMixedFolderHasARow() throws IOException {
    Files.writeString(photos().resolve("notes.txt"), "not a picture");
    Files.write(photos().resolve("empty.jpg"), new byte[0]);
    Files.write(
        photos().resolve("phone.heic"), "\0\0\0\030ftypheic".getBytes(StandardCharsets.ISO_8859_1));
    byte[] whole = Files.readAllBytes(EXIF);
    Files.write(photos().resolve("cut.jpg"), Arrays.copyOf(whole, whole.length / 3));
    Files.writeString(photos().resolve(".hidden"), "x");
    assertThat(locate("--format", "csv", "--images", photos())).isEqualTo(ExitCode.DATA);
    var rows =
        CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .get()
            .parse(new StringReader(out.toString()))
            .getRecords();
    assertThat(rows).hasSize(6);
    Map<String, String> errors =
        rows.stream()
            .collect(
                Collectors.toMap(
                    row -> Path.of(row.get("image")).getFileName().toString(),
                    row -> row.get("error")));
    assertThat(errors.get("blue sea #1.png")).isEmpty();
    assertThat(errors.get("w\u00FCste.png")).isEmpty();
    assertThat(errors.get("notes.txt")).isNotEmpty();
    assertThat(errors.get("empty.jpg")).isNotEmpty();
    assertThat(errors.get("phone.heic")).contains("HEIF");
    assertThat(err.toString()).contains("of 6; each says why");
  }

  @Test
  void geoJsonHasTheLongitudeFirst() throws IOException {
    Files.writeString(photos().resolve("notes.txt"), "not a picture");
    locate("--format", "geojson", "--images", photos());
    JsonNode collection = JSON.readTree(out.toString());
    assertThat(collection.get("type").textValue()).isEqualTo("FeatureCollection");
    assertThat(collection.get("features")).hasSize(3);
    JsonNode first = collection.at("/features/0");
    assertThat(first.at("/geometry/coordinates/0")).isEqualTo(first.at("/properties/longitude"));
    assertThat(first.at("/geometry/coordinates/1")).isEqualTo(first.at("/properties/latitude"));
    assertThat(collection.at("/features/1/geometry").isNull()).isTrue();
  }

  @Test
  void kmlIsXmlWhateverAFileIsCalled() throws Exception {
    photograph("<b>&\u0001.png", Color.RED);
    assertThat(locate("--format", "kml", "--images", photos())).as(err.toString()).isZero();
    DocumentBuilderFactory xml = DocumentBuilderFactory.newInstance();
    xml.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    Document document =
        xml.newDocumentBuilder()
            .parse(new ByteArrayInputStream(out.toString().getBytes(StandardCharsets.UTF_8)));
    assertThat(document.getElementsByTagName("Placemark").getLength()).isEqualTo(3);
    assertThat(document.getElementsByTagName("coordinates").getLength()).isEqualTo(3);
    assertThat(document.getElementsByTagName("name").item(0).getTextContent())
        .endsWith("<b>&\uFFFD.png");
  }

  @Test
  void aPageShowsPhotographsBesideMaps() throws IOException {
    Path page = folder.resolve("page.html");
    assertThat(locate("--report", page, "--images", photos())).as(err.toString()).isZero();
    String html = Files.readString(page);
    assertThat(html).contains("<title>Located photographs</title>").contains("blue sea #1.png");
    assertThat(html.split("data:image/jpeg;base64,", -1)).hasSize(3);
    assertThat(html).doesNotContain("http://").doesNotContain("https://");
  }

  @Test
  void sparkWritesWhatIsPrintedHereIntoATable() throws IOException {
    Files.writeString(photos().resolve("notes.txt"), "not a picture");
    // Greedy: a sampled token may be another one where sums are rounded otherwise.
    locate("--format", "json", "--candidates", "1", photos());
    Map<String, JsonNode> printed =
        json().stream()
            .collect(
                Collectors.toMap(
                    line -> Path.of(line.get("image").textValue()).getFileName().toString(),
                    line -> line));
    Path output = folder.resolve("located");
    assertThat(locate("--candidates", "1", "--images", photos(), "--output", output))
        .as(err.toString())
        .isZero();
    List<Row> rows = TableStore.open(spark, output.toString()).read(Tables.LOCATED).collectAsList();
    assertThat(rows)
        .extracting(row -> row.getAs("image_id"))
        .containsExactly("blue sea #1.png", "notes.txt", "w\u00FCste.png");
    assertThat(rows.get(1).<String>getAs("error_kind")).isEqualTo("image_unsupported");
    assertThat(rows.get(1).isNullAt(rows.get(1).fieldIndex("latitude"))).isTrue();
    JsonNode own = printed.get("w\u00FCste.png");
    assertThat(rows.get(2).<String>getAs("country_name"))
        .isEqualTo(own.path("country_name").textValue());
    Row greedy = (Row) rows.get(2).getList(rows.get(2).fieldIndex("candidates")).get(0);
    assertThat(greedy.<String>getAs("text")).isEqualTo(own.at("/candidates/0/text").textValue());
    assertThat(out.toString()).contains("2 of 3 photographs have an answer");
    locate("--candidates", "1", "--images", photos(), "--output", output);
    assertThat(err.toString()).contains("locate: skipped");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no/such/photo.jpg",
        "--images|no/such/folder",
        "--candidates|0|%s",
        "--adapter|no/such/adapter|%s",
        "--output|out|%s",
        "--force|%s",
        "--format|shapefile|%s",
        ""
      })
  void whatCannotBeDoneIsAWrongCall(String line) {
    Object[] arguments =
        line.isEmpty()
            ? new Object[0]
            : line.formatted(photos().resolve("w\u00FCste.png")).split("\\|");
    assertThat(locate(arguments)).as(err.toString()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString()).doesNotContain("bug in geolocsft");
  }
}
