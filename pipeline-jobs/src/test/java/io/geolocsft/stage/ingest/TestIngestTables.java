package io.geolocsft.stage.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.geolocsft.InLocale;
import io.geolocsft.SparkFixture;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables that name the images: their formats, columns and published layouts. */
class TestIngestTables {

  private static final String HEADER = IngestFixture.HEADER;

  private final SparkSession spark = SparkFixture.session();

  @TempDir private Path folder;

  private IngestFixture ingest;

  @BeforeEach
  void prepare() {
    ingest = new IngestFixture(spark, folder);
  }

  @Test
  void parquetIsReadWithItsTypes() throws IOException {
    PictureFolder pictures = ingest.folder("train", HEADER).picture("1.jpg", 1).picture("2.jpg", 2);
    Path table = folder.resolve("table.parquet");
    StructType struct =
        new StructType()
            .add("image", DataTypes.StringType)
            .add("latitude", DataTypes.DoubleType)
            .add("longitude", DataTypes.FloatType)
            .add("captured_at", DataTypes.TimestampType);
    Timestamp time = Timestamp.from(Instant.parse("2020-05-06T07:08:09.123Z"));
    List<Row> input =
        List.of(
            RowFactory.create("1.jpg", 0.1 + 0.2, 1e-5f, time),
            RowFactory.create("2.jpg", 1.0, 2f, null),
            RowFactory.create("2.jpg", 3.0, 4f, null));
    spark.createDataFrame(input, struct).coalesce(1).write().parquet(table.toString());
    List<Row> rows =
        ingest.run(ingest.config(pictures, "ingest.table=" + table, "ingest.max_error_share=0.5"));
    assertThat(IngestFixture.ids(rows)).containsExactly("1.jpg", "2.jpg");
    assertThat(rows.get(0).<Double>getAs("latitude")).isEqualTo(0.1 + 0.2);
    assertThat(rows.get(0).<Double>getAs("longitude")).isEqualTo(1e-5);
    assertThat(time(rows.get(0))).isEqualTo(time.toInstant());
    assertThat(rows.get(1).<Double>getAs("latitude")).isEqualTo(1);
    assertThat(ingest.errors()).containsExactly(entry(3L, "duplicate_id"));
  }

  @Test
  void jsonLinesAreRead() throws IOException {
    PictureFolder pictures =
        ingest.folder("train", HEADER).picture("1.jpg", 1).picture("b/2.jpg", 2);
    Path table = folder.resolve("metadata.jsonl");
    Files.writeString(
        table,
        "\ufeff{\"file_name\": \"1.jpg\", \"latitude\": 48.8584, \"longitude\": 2.2945}\n\n"
            + "{\"author\": \"J\\\"D\", \"file_name\": \"b/2.jpg\", \"latitude\": \"-1.5\", \"longitude\": 1e1}\n"
            + "[1, 2]\n"
            + "{\"file_name\": \"1.jpg\", \"latitude\": 48\n"
            + "{\"latitude\": 1, \"longitude\": 2}\n");
    PipelineConfig config =
        ingest.config(
            pictures,
            "ingest.table=" + table,
            "ingest.columns.image=file_name",
            "ingest.max_error_share=0.7");
    List<Row> rows = ingest.run(config);
    assertThat(IngestFixture.ids(rows)).containsExactly("1.jpg", "b/2.jpg");
    assertThat(rows.get(0).<Double>getAs("latitude")).isEqualTo(48.8584);
    assertThat(rows.get(1).<Double>getAs("longitude")).isEqualTo(10);
    assertThat(rows.get(1).<String>getAs("author")).isEqualTo("J\"D");
    assertThat(ingest.errors())
        .containsExactly(
            entry(4L, "malformed_row"), entry(5L, "malformed_row"), entry(6L, "missing_path"));
  }

  /** An I in capitals is no small i to a Turk. */
  @Test
  void tablesAreReadTheSameInEveryLocale() throws Exception {
    PictureFolder csv =
        ingest
            .folder("csv", HEADER)
            .picture("I/1.JPG", 1)
            .row("I/1.JPG,48.8584,2.2945,2019-07-14T08:30:00Z,I,Iris")
            .row("I/2.JPG,1234.5,2,,I,Iris")
            .write();
    PictureFolder json = ingest.folder("json", HEADER).picture("1.jpg", 1);
    Path lines = folder.resolve("lines.jsonl");
    Files.writeString(
        lines,
        """
        {"image": "1.jpg", "latitude": -1.5e1, "longitude": "100.25", "captured_at": 1563093000.25}
        """);
    String share = "ingest.max_error_share=0.5";
    for (PipelineConfig config :
        List.of(ingest.config(csv, share), ingest.config(json, share, "ingest.table=" + lines))) {
      Callable<List<List<Row>>> read = () -> List.of(ingest.run(config), ingest.errorRows());
      List<List<Row>> rows = InLocale.call(Locale.ROOT, read);
      assertThat(rows.get(0)).hasSize(1);
      for (Locale locale : InLocale.others().toList()) {
        assertThat(InLocale.call(locale, read)).as(locale.toString()).isEqualTo(rows);
      }
    }
  }

  @Test
  void aTableWithoutObjectsIsNamed() throws IOException {
    PictureFolder pictures = ingest.folder("train", HEADER).picture("1.jpg", 1);
    Path table = folder.resolve("empty.jsonl");
    Files.writeString(table, "no object\n");
    assertThatThrownBy(() -> ingest.run(ingest.config(pictures, "ingest.table=" + table)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("empty.jsonl holds no JSON object");
  }

  /** Headers and quirks as the data sets are published; the pictures are made up. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "osv5m | id,latitude,longitude,thumb_original_url,country,sequence,captured_at,lon_bin,creator_id"
            + " | 338,48.5,2.25,http://x,FR,s7,1557655345000,3,u1 | 00/338.jpg | 338 | s7 | u1",
        "mp16 | IMG_ID,LAT,LON | a1/b2/77.jpg,48.5,2.25 | a1_b2_77.jpg | a1/b2/77.jpg | |",
        "im2gps3k | IMG_ID,AUTHOR,LAT,LON,S3_Label,S16_Label,S365_Label,Prob_indoor,Prob_natural,Prob_urban"
            + " | 9_ab_1_5@N0.jpg,5@N0,48.5,2.25,1,2,3,0.1,0.2,0.7 | 9_ab_1_5@N0.jpg | 9_ab_1_5@N0.jpg | | 5@N0",
        "yfcc4k | name,lon,lat,Accuracy | 10201275523.jpg,2.25,48.5,16 | 10201275523.jpg | 10201275523.jpg | |",
        "yfcc26k | IMG_ID,AUTHOR,LAT,LON | 45/77/32.jpg,u9,48.5,2.25 | 45/77/32.jpg | 45/77/32.jpg | | u9",
        "yfcc26k | IMG_ID,AUTHOR,LAT,LON | 45/77/32.jpg,u9,48.5,2.25 | flat/32.jpg | 45/77/32.jpg | | u9",
        "geoclip | IMG_FILE,LAT,LON | x/1.jpg,48.5,2.25 | x/1.jpg | x/1.jpg | |"
      })
  void publishedLayoutsAreKnownByName(
      String layout,
      String header,
      String row,
      String file,
      String id,
      String sequence,
      String author)
      throws IOException {
    PictureFolder pictures = ingest.folder("train", header).picture(file, 1).row(row);
    pictures
        .row(row.replaceFirst("[0-9]", "5").replace("48.5", "north").replace("338", "5"))
        .write();
    List<Row> rows =
        ingest.run(
            ingest.config(pictures, "ingest.layout=" + layout, "ingest.max_error_share=0.5"));
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).<String>getAs("image_id")).isEqualTo(id);
    assertThat(rows.get(0).<Double>getAs("latitude")).isEqualTo(48.5);
    assertThat(rows.get(0).<Double>getAs("longitude")).isEqualTo(2.25);
    assertThat(rows.get(0).<String>getAs("sequence_id")).isEqualTo(sequence);
    assertThat(rows.get(0).<String>getAs("author")).isEqualTo(author);
    assertThat(rows.get(0).<String>getAs("uri")).endsWith("/" + file);
    // Another image, which is not there or has no position.
    assertThat(ingest.errors()).containsOnlyKeys(3L);
  }

  @Test
  void columnsGoBeforeTheLayout() throws IOException {
    PictureFolder pictures = ingest.folder("train", "IMG_ID,N,LON,who").picture("1.jpg", 1);
    pictures.row("1.jpg,3,4,me").write();
    List<Row> rows =
        ingest.run(
            ingest.config(
                pictures,
                "ingest.layout=im2gps3k",
                "ingest.columns.latitude=N",
                "ingest.columns.author=who"));
    assertThat(rows.get(0).<Double>getAs("latitude")).isEqualTo(3);
    assertThat(rows.get(0).<String>getAs("author")).isEqualTo("me");
  }

  @Test
  void anIdColumnNamesTheImages() throws IOException {
    PictureFolder pictures =
        ingest.folder("train", "image,latitude,longitude,key").picture("1.jpg", 1);
    pictures.row("1.jpg,1,1,first").row("1.jpg,2,2,second").row("1.jpg,3,3,").write();
    PipelineConfig config =
        ingest.config(pictures, "ingest.columns.id=key", "ingest.max_error_share=0.5");
    assertThat(IngestFixture.ids(ingest.run(config))).containsExactly("first", "second");
    assertThat(ingest.errors()).containsExactly(entry(4L, "missing_id"));
  }

  @Test
  void missingColumnsAreNamedAllAtOnce() throws IOException {
    PictureFolder pictures = ingest.folder("train", "file,lat,longitude").picture("1.jpg", 1);
    pictures.row("1.jpg,1,1").write();
    assertThatThrownBy(() -> ingest.run(ingest.config(pictures, "ingest.columns.author=painter")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("catalogue.csv has no column 'image' (set ingest.columns.image")
        .hasMessageContaining("column 'latitude' (set ingest.columns.latitude")
        .hasMessageContaining("column 'painter' (set ingest.columns.author")
        .hasMessageContaining("it has the columns [file, lat, longitude]");
  }

  @ParameterizedTest
  @CsvSource({
    "'', has no header in its first line",
    "'image,latitude,longitude\n', names no images",
    "'image,latitude,longitude\n\n\n', names no images"
  })
  void anEmptyTableIsNamed(String table, String message) throws IOException {
    PictureFolder pictures = ingest.folder("train", HEADER).picture("1.jpg", 1);
    Files.writeString(pictures.table(), table);
    assertThatThrownBy(() -> ingest.run(ingest.config(pictures)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("catalogue.csv");
  }

  @Test
  void aWrongPatternIsAWrongSetting() throws IOException {
    PictureFolder pictures = ingest.folder("train", HEADER).picture("1.jpg", 1).row("1.jpg,1,1,,,");
    pictures.write();
    assertThatThrownBy(
            () -> ingest.run(ingest.config(pictures, "ingest.columns.captured_at_pattern=bbb")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("ingest.columns.captured_at_pattern");
  }

  @Test
  void aByteOrderMarkAndQuotedNamesAreRead() throws IOException {
    PictureFolder pictures = ingest.folder("train", "\ufeff\"image\" , latitude,longitude");
    pictures.picture("a, b.jpg", 1).row("\"a, b.jpg\", 1 ,2\r").write();
    assertThat(IngestFixture.ids(ingest.run(ingest.config(pictures)))).containsExactly("a, b.jpg");
  }

  private static Instant time(Row row) {
    return row.<Timestamp>getAs("captured_at").toInstant();
  }
}
