package io.geolocsft.cli.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.SparkFixture;
import io.geolocsft.cli.GeoLocSft;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.stage.FigureRows;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestJudgeCommand {

  /** One degree on the default sphere, in km. */
  private static final double DEGREE_KM = Math.PI * 6371.0088 / 180;

  private static final String TRUTH =
      """
      IMG_ID,AUTHOR,LAT,LON
      1/a.jpg,x,10,20
      1/b.jpg,x,-10,20.5
      2/c.jpg,y,0,0
      2/d.jpg,,60,-120
      """;

  private final SparkSession spark = SparkFixture.session();

  @TempDir private Path folder;

  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  @BeforeEach
  void writeTruth() throws IOException {
    write("truth.csv", TRUTH);
  }

  private String write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return file.toString();
  }

  private int call(String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    List<String> all = new ArrayList<>(List.of("judge"));
    if (!List.of(arguments).contains("--truth")) {
      all.addAll(List.of("--truth", folder.resolve("truth.csv").toString()));
    }
    all.addAll(List.of(arguments));
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false);
    return GeoLocSft.commandLine(StageList.standard(), console).execute(all.toArray(String[]::new));
  }

  private JsonNode json(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--format", "json", "--set", "evaluate.bootstrap_samples=20"));
    assertThat(call(all.toArray(String[]::new))).as(err.toString()).isEqualTo(ExitCode.DONE);
    return new ObjectMapper().readTree(out.toString());
  }

  private static double value(JsonNode json, String model, String metric, double km) {
    return StreamSupport.stream(json.path("figures").spliterator(), false)
        .filter(figure -> figure.path("model").asText().equals(model))
        .filter(figure -> figure.path("metric").asText().equals(metric))
        .filter(figure -> figure.path("threshold_km").asDouble(0) == km)
        .findFirst()
        .orElseThrow(() -> new AssertionError(metric + " of " + model + " in " + json))
        .path("value")
        .asDouble();
  }

  @Test
  void coordinatesAreJudged() throws IOException {
    String file = write("mine.csv", "id,lon,lat\na,20,11\nb,20.5,-10\nc,,\nz,1,2\n");
    JsonNode json = json("--predictions", file, "--benchmark", "Im2GPS3k");
    assertThat(json.path("images").asInt()).isEqualTo(4);
    assertThat(json.at("/predictions/0/id_rule").asText()).isEqualTo("without_both");
    assertThat(json.at("/predictions/0/rows_of_no_image").asInt()).isEqualTo(1);
    assertThat(json.at("/predictions/0/images_not_in_truth/0").asText()).isEqualTo("z");
    assertThat(value(json, "mine", "accuracy", 1)).isEqualTo(0.25);
    assertThat(value(json, "mine", "accuracy", 200)).isEqualTo(0.5);
    // One has no row, and one no coordinates.
    assertThat(value(json, "mine", "missing_share", 0)).isEqualTo(0.5);
    assertThat(value(json, "mine", "mean_geoscore", 0))
        .isCloseTo((5000 + 5000 * Math.exp(-DEGREE_KM / 1492.7)) / 4, within(1e-6));
    assertThat(value(json, "mine", "country_accuracy", 0)).isBetween(0.0, 1.0);
    assertThat(json.path("published")).hasSize(11);
    assertThat(json.at("/published/5/method").asText()).isEqualTo("GeoCLIP");
    assertThat(json.at("/published/5/caveats/geolocsft/2").asText())
        .isEqualTo("2997 images, not 4");
    assertThat(err.toString())
        .contains(
            "4 images (image IMG_ID, latitude LAT, longitude LON, author AUTHOR)",
            "4 answers of mine (image id, latitude lat, longitude lon)",
            "names of images compared without folders and extensions",
            "1 match no image of the truth, for example z",
            "Intervals keep the images of an author together.");
  }

  @Test
  void textsAreReadAsAModelsAnswers() throws IOException {
    String file =
        write(
            "said.csv",
            """
            image,response
            1/a.jpg,"It looks like ""Chad"",
            so lat: 10, lon: 20."
            1/b.jpg,I cannot help with that.
            2/c.jpg,Somewhere in the sea
            2/d.jpg,"{""latitude"": 60, ""longitude"": -120}"
            """);
    JsonNode json = json("--predictions", file);
    assertThat(json.at("/predictions/0/id_rule").asText()).isEqualTo("exact");
    assertThat(value(json, "said", "accuracy", 1)).isEqualTo(0.5);
    assertThat(value(json, "said", "missing_share", 0)).isEqualTo(0.5);
    assertThat(value(json, "said", "refusal_share", 0)).isEqualTo(0.25);
    assertThat(value(json, "said", "parse_failure_share", 0)).isEqualTo(0.25);
  }

  @Test
  void everyFormHasTheSameFigures() throws IOException {
    String rows = "1/a.jpg,10.25,20\n1/b.jpg,-10,20.5\n2/c.jpg,1e-3,0\n2/d.jpg,NaN,NaN\n";
    List<String> files =
        List.of(
            write("csv/p.csv", "\ufeffimage,lat,lon\n" + rows),
            write("semi/p.csv", "image;lat;lon\r\n" + rows.replace(",", ";").replace("\n", "\r\n")),
            write("odd Größe #1 100%/p.tsv", "image\tlat\tlon\n" + rows.replace(",", "\t")),
            write("json/p.jsonl", objects(rows, "\n")),
            write("array/p.json", "[" + objects(rows, ",\n") + "]"),
            parquet(rows));
    JsonNode first = json("--predictions", files.get(0), "--name", "p").path("figures");
    assertThat(first.size()).isGreaterThan(15);
    for (String file : files) {
      assertThat(json("--predictions", file, "--name", "p").path("figures"))
          .as(file)
          .isEqualTo(first);
    }
  }

  private static String objects(String rows, String between) {
    return String.join(
        between,
        rows.lines()
            .map(row -> row.split(","))
            .map(row -> "{\"image\": \"%s\", \"lat\": %s, \"lon\": %s}".formatted((Object[]) row))
            .toList());
  }

  private String parquet(String rows) {
    Path table = folder.resolve("parquet");
    Dataset<Row> all =
        spark
            .createDataset(rows.lines().toList(), Encoders.STRING())
            .selectExpr("split(value, ',') AS f")
            .selectExpr("f[0] AS image", "double(f[1]) AS lat", "double(f[2]) AS lon");
    all.repartition(2).write().parquet(table.toString());
    return table.toString();
  }

  @Test
  void severalModelsAreCompared() throws IOException {
    String one = write("one.csv", "image,lat,lon\n1/a.jpg,10,20\n1/b.jpg,50,20\n2/c.jpg,50,0\n");
    String two = write("two.csv", "image,lat,lon\n1/a.jpg,10,20\n1/b.jpg,-10,20.5\n2/c.jpg,0,0\n");
    Path output = folder.resolve("judged");
    JsonNode json =
        json(
            "--predictions",
            one,
            "--predictions",
            two,
            "--name",
            "base",
            "--name",
            "new",
            "--convention",
            "geoclip,plonk",
            "--output",
            output.toString());
    assertThat(value(json, "new_minus_base", "accuracy", 25)).isEqualTo(0.5);
    assertThat(json.path("conventions")).hasSize(2);
    assertThat(out.toString()).contains("\"p_value\" : 0.5");

    TableStore tables = TableStore.open(spark, output.toString());
    assertThat(tables.read(Tables.PREDICTIONS).where("model = 'new'").count()).isEqualTo(4);
    assertThat(
            tables.read(Tables.METRICS).collectAsList().stream()
                .map(FigureRows::figure)
                .filter(figure -> figure.convention().equals("plonk"))
                .filter(figure -> figure.metric().equals("accuracy"))
                .map(figure -> figure.model() + figure.thresholdKm().getAsDouble()))
        .hasSize(15)
        .contains("new25.0");
  }

  @Test
  void aTableOfSeveralModelsAndBenchmarks() throws IOException {
    String file =
        write(
            "all.jsonl",
            """
            {"benchmark": "b1", "model": "m1", "image": "1/a.jpg", "lat": 10, "lon": 20}
            {"benchmark": "b1", "model": "m2", "image": "1/a.jpg", "lat": 10, "lon": 21}
            {"benchmark": "b2", "model": "m2", "image": "1/a.jpg", "lat": 10, "lon": 22}
            """);
    assertThat(call("--predictions", file)).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString()).contains("several benchmarks, [b1, b2]", "--benchmark");
    JsonNode both = json("--predictions", file, "--benchmark", "b1");
    assertThat(value(both, "m2_minus_m1", "accuracy", 1)).isEqualTo(-0.25);
    JsonNode json = json("--predictions", file, "--benchmark", "b1", "--model", "m2");
    assertThat(out.toString()).doesNotContain("m1");
    assertThat(value(json, "m2", "accuracy", 200)).isEqualTo(0.25);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3 | '' | image,lat,lon\\n1/a.jpg,1,2\\n | DIR/t.csv has no header in its first line; write one, or set --truth",
        "3 | image,lat,lon\\n | image,lat,lon\\n1/a.jpg,1,2\\n | --truth DIR/t.csv has no rows",
        "3 | image,lat\\na,1\\n | image,lat,lon\\na,1,2\\n | no columns of latitude and longitude; its columns are [image, lat]: name the right ones by --truth-columns",
        "3 | image,lat,lon\\na,95,2\\n | image,lat,lon\\na,1,2\\n | --truth t.csv line 2: latitude 95 (allowed -90 to 90), longitude 2 (allowed -180 to 180): correct it",
        "3 | image,lat,lon\\na,1,2\\na,1,3\\n | image,lat,lon\\na,1,2\\n | --truth t.csv line 3: the image 'a' is there already, in t.csv line 2: leave one",
        "3 | image,lat,lon\\na,NaN,2\\nb,x,2\\n | image,lat,lon\\na,1,2\\n | --truth t.csv line 2: latitude 'NaN' is not a number of degrees such as -33.8568 (and 1 more row)",
        "3 | image,lat,lon\\na,,\\n | image,lat,lon\\na,1,2\\n | has no coordinates in any row (image image, latitude lat, longitude lon)",
        "3 | image,lat,lon\\na,1,2\\n | image,lat,lon\\na,1,999\\n | --predictions p.csv line 2: latitude 1 (allowed -90 to 90), longitude 999 (allowed -180 to 180): correct it, or leave both",
        "3 | image,lat,lon\\na,1,2\\n | image,lat,lon\\na,1,\\n | --predictions p.csv line 2: a latitude alone",
        "3 | image,lat,lon\\na,1,2\\n | image,lat,lon\\na,1,2,5\\n | --predictions p.csv line 2: 4 fields where the header has 3 (a decimal comma?)",
        "3 | image,lat,lon\\na,1,2\\n | image;lat;lon\\na;1,5;2\\n | latitude '1,5' is not a number of degrees such as -33.8568: replace its decimal comma with a point",
        "3 | image,lat,lon\\na,1,2\\n | image,lat,lon\\n,1,2\\n | --predictions p.csv line 2: no name of an image",
        "3 | image,lat,lon\\na,1,2\\n | image,lat,lon\\na,1,2\\n\\na,1,2\\n | --predictions p.csv line 4: the image 'a' is there already, in p.csv line 2",
        "3 | image,lat,lon\\na,1,2\\n | image,k,lat,lon\\na,0,1,2\\na,1,1,2\\n | there are several candidates for an image; give the table predictions",
        "3 | image,lat,lon\\na,1,2\\n | image,lat,lon\\nb,1,2\\n | no image is one of --truth DIR/t.csv. Images are called 'b' here and 'a' there",
        "3 | image,lat,lon\\n1/a,1,2\\n2/a,1,2\\n | image,lat,lon\\na,1,2\\n | an image may be several of --truth DIR/t.csv",
        "3 | image,lat,lon\\na,1,2\\n | image,guess\\na,1\\n | neither columns of latitude and longitude nor one of answers; its columns are [image, guess]",
      })
  void aWrongFileIsAnsweredInOneMessage(int code, String truth, String answers, String message)
      throws IOException {
    String truths = write("t.csv", truth.replace("\\n", "\n"));
    String predictions = write("p.csv", answers.replace("\\n", "\n"));
    assertThat(call("--truth", truths, "--predictions", predictions)).isEqualTo(code);
    isOneMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | --predictions DIR/none.csv | There is no readable file or folder DIR/none.csv (--predictions)",
        "2 | --predictions DIR/p.csv --convention other | --convention: 'other' is not a convention; allowed: geolocsft",
        "2 | --predictions DIR/p.csv --name a --name b | there are 2 --name for 1 --predictions",
        "2 | --predictions DIR/p.csv --predictions DIR/p.csv | Two models are called 'p'",
        "2 | --predictions DIR/p.csv --prediction-columns image | --prediction-columns: 'image' is not of the form KEY=COLUMN",
        "2 | --predictions DIR/p.csv --set evaluate.bootstrap=5 | evaluate.bootstrap",
        "2 | --predictions DIR/p.csv --output DIR/p.csv | --output DIR/p.csv is a file",
        "2 | --predictions DIR/p.csv --format xml | xml",
        "3 | --predictions DIR/p.csv --prediction-columns latitude=north | no column 'north'",
        "3 | --predictions DIR/empty.parquet | empty.parquet is not Parquet",
        "3 | --predictions DIR/packed.csv.gz | packed.csv.gz is cut short or damaged",
        "3 | --predictions DIR/open.csv | open.csv line 2: a quoted text without an end",
        "3 | --predictions DIR/open_small.csv | open_small.csv line 3: a quoted text without an end",
        "3 | --predictions DIR/broken.jsonl | --predictions broken.jsonl line 2: no JSON object",
      })
  void aWrongCallIsAnsweredInOneMessage(int code, String options, String message)
      throws IOException {
    write("p.csv", "image,lat,lon\n1/a.jpg,1,2\n");
    write("empty.parquet", "");
    write("packed.csv.gz", "image,lat,lon\n");
    write("open_small.csv", "image,answer\na,\"1, 2\"\nb,\"1, 2\nc,1\n");
    write("open.csv", "image,answer\na,\"" + "x".repeat(5_000_000));
    write("broken.jsonl", "{\"image\": \"1/a.jpg\", \"lat\": 1, \"lon\": 2}\n{\"image\": \"1\n");
    assertThat(call(options.replace("DIR", folder.toString()).split(" "))).isEqualTo(code);
    isOneMessage(message);
  }

  private void isOneMessage(String message) {
    assertThat(err.toString()).contains(message.replace("DIR", folder.toString()));
    assertThat(err.toString()).doesNotContain("\tat ", "This is a bug");
    assertThat(out.toString()).isEmpty();
  }

  /** UTF-16, as spreadsheets save text. */
  @Test
  void otherEncodingsAreRead() throws IOException {
    Path file = folder.resolve("wide.csv");
    Files.write(
        file, "\ufeffimage\tlat\tlon\n1/a.jpg\t10\t20\n".getBytes(StandardCharsets.UTF_16LE));
    assertThat(value(json("--predictions", file.toString()), "wide", "accuracy", 1))
        .isEqualTo(0.25);
  }
}
