package io.geolocsft.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.SparkFixture;
import io.geolocsft.config.ConfigException;
import io.geolocsft.config.ConfigFixture;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.image.DecodeLimits;
import io.geolocsft.image.ImageDecoder;
import io.geolocsft.image.ImageQuality;
import io.geolocsft.image.PerceptualHash;
import io.geolocsft.image.RgbImage;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestIngest {

  private static final String HEADER = "image,latitude,longitude,captured_at,sequence_id,author";
  private static final Path EXIF =
      Path.of("../pipeline-core/src/test/resources/io/geolocsft/image/goldens/exif-whole.jpg");

  private final SparkSession spark = SparkFixture.session();

  @TempDir private Path folder;

  @Test
  void aRowHoldsTheImageAndWhatIsKnownOfIt() throws IOException {
    PictureFolder pictures = folder("train", HEADER).picture("a/1.jpg", 1);
    pictures.row("a/1.jpg,48.8584,2.2945,2019-07-14T10:30:00+02:00,walk-7,\"Doe, Jane\"").write();
    Row row = ingested(config(pictures)).get(0);
    byte[] bytes = Files.readAllBytes(pictures.images().resolve("a/1.jpg"));
    RgbImage image = ImageDecoder.decode(bytes, DecodeLimits.DEFAULT);
    ImageQuality quality = ImageQuality.measure(image);
    assertThat(row.<String>getAs("image_id")).isEqualTo("a/1.jpg");
    assertThat(row.<String>getAs("split")).isEqualTo("train");
    assertThat(row.<String>getAs("source")).isEqualTo("catalogue");
    assertThat(Path.of(java.net.URI.create(row.getAs("uri"))))
        .isEqualTo(pictures.images().resolve("a/1.jpg"));
    assertThat(row.<Integer>getAs("width")).isEqualTo(24);
    assertThat(row.<Integer>getAs("height")).isEqualTo(16);
    assertThat(row.<String>getAs("sha256"))
        .isEqualTo(com.google.common.hash.Hashing.sha256().hashBytes(bytes).toString());
    assertThat(row.<Long>getAs("perceptual_hash")).isEqualTo(PerceptualHash.of(image));
    assertThat(row.<Double>getAs("blur")).isEqualTo(quality.blur());
    assertThat(row.<Double>getAs("entropy")).isEqualTo(quality.entropy());
    assertThat(row.<Timestamp>getAs("captured_at").toInstant())
        .isEqualTo(Instant.parse("2019-07-14T08:30:00Z"));
    assertThat(row.<String>getAs("sequence_id")).isEqualTo("walk-7");
    assertThat(row.<String>getAs("author")).isEqualTo("Doe, Jane");
    assertThat(row.<Row>getAs("bbox").<Double>getAs("xmin")).isEqualTo(2.2945);
    assertThat(row.<byte[]>getAs("geometry")).startsWith(1, 1, 0, 0, 0).hasSize(21);
    assertThat(row.<String>getAs("country")).isNull();
  }

  @Test
  void whatIsWrongBecomesAnErrorAndNothingElseIsLost() throws IOException {
    PictureFolder pictures = folder("train", HEADER);
    for (int i = 1; i <= 12; i++) {
      pictures.picture(i + ".jpg", i);
    }
    Files.write(folder.resolve("secret.jpg"), PictureFolder.jpeg(99));
    Files.createSymbolicLink(pictures.images().resolve("link.jpg"), folder.resolve("secret.jpg"));
    byte[] half = Arrays.copyOf(PictureFolder.jpeg(3), 500);
    pictures.file("half.jpg", half).file("empty.jpg", new byte[0]);
    pictures.file("text.jpg", "no image".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    pictures
        .row("1.jpg,1,1,2020-01-01,s,a")
        .row("2.jpg,0,0,,,")
        .row("1.jpg,5,5,,,")
        .row("missing.jpg,1,1,,,")
        .row("../secret.jpg,1,1,,,")
        .row("link.jpg,1,1,,,")
        .row("/etc/passwd,1,1,,,")
        .row("s3a://bucket/1.jpg,1,1,,,")
        .row("3.jpg,91,1,,,")
        .row("4.jpg,\"48,85\",1,,,")
        .row("5.jpg,NaN,1,,,")
        .row("6.jpg,,1,,,")
        .row("7.jpg,1,1,yesterday,,")
        .row("8.jpg,1,1")
        .row(",1,1,,,")
        .row("half.jpg,1,1,,,")
        .row("empty.jpg,1,1,,,")
        .row("text.jpg,1,1,,,")
        .row("")
        .row("9.jpg,-90,-180,,,")
        .row("./.,1,1,,,")
        .row("10.jpg,1e1,+2.5,,,")
        .write();
    PipelineConfig config = config(pictures, "ingest.max_error_share=0.9");
    assertThat(ids(ingested(config))).containsExactly("1.jpg", "10.jpg", "2.jpg", "9.jpg");
    assertThat(errors())
        .containsExactly(
            entry(4L, "duplicate_id"),
            entry(5L, "missing_file"),
            entry(6L, "path_outside_folder"),
            entry(7L, "path_outside_folder"),
            entry(8L, "path_outside_folder"),
            entry(9L, "path_outside_folder"),
            entry(10L, "coordinates_out_of_range"),
            entry(11L, "unparsable_coordinates"),
            entry(12L, "unparsable_coordinates"),
            entry(13L, "missing_coordinates"),
            entry(14L, "unparsable_date"),
            entry(15L, "malformed_row"),
            entry(16L, "missing_path"),
            entry(17L, "image_truncated"),
            entry(18L, "image_empty"),
            entry(19L, "image_unsupported"),
            entry(22L, "missing_file"));
    assertThat(errorRows().get(0).<String>getAs("message"))
        .isEqualTo("catalogue.csv line 4: the id 1.jpg stands in catalogue.csv line 2 already");
    assertThat(errorRows().get(0).<String>getAs("run_id")).isEqualTo("test");
  }

  @Test
  void benchmarksAreSplitsOfTheirOwn() throws IOException {
    PictureFolder train = folder("train", HEADER).picture("1.jpg", 1).row("1.jpg,1,1,,,").write();
    PictureFolder photos = folder("photos", "file,lat,lon").picture("1.jpg", 2);
    photos.row("1.jpg,2,2").write();
    List<Row> rows = ingested(config(train, "benchmarks=" + benchmark("photos", photos)));
    assertThat(ids(rows)).containsExactly("1.jpg", "photos:1.jpg");
    assertThat(rows).extracting(row -> row.getAs("split")).containsExactly("train", "photos");
    assertThat(rows).extracting(row -> row.getAs("source")).containsExactly("catalogue", "photos");
  }

  @Test
  void exifFillsWhatTheTableLeavesOut() throws IOException {
    PictureFolder pictures = folder("train", HEADER).file("1.jpg", Files.readAllBytes(EXIF));
    pictures.file("2.jpg", Files.readAllBytes(EXIF)).row("1.jpg,,,,,");
    pictures.row("2.jpg,10,20,2001-02-03 04:05:06,,").write();
    List<Row> rows = ingested(config(pictures));
    assertThat(rows.get(0).<Double>getAs("latitude")).isCloseTo(-33.856805, within(1e-5));
    assertThat(rows.get(0).<Double>getAs("longitude")).isEqualTo(-70.5);
    assertThat(time(rows.get(0))).isEqualTo(Instant.parse("2019-07-14T08:30:05Z"));
    assertThat(rows.get(1).<Double>getAs("latitude")).isEqualTo(10);
    assertThat(time(rows.get(1))).isEqualTo(Instant.parse("2001-02-03T04:05:06Z"));
  }

  @Test
  void aFolderAloneIsEnoughForImagesWithExif() throws IOException {
    PictureFolder pictures = folder("train", HEADER).file("b/2.jpg", Files.readAllBytes(EXIF));
    pictures.file("1.jpg", Files.readAllBytes(EXIF)).file(".hidden/3.jpg", new byte[3]);
    pictures.picture("plain.jpg", 1);
    assertThat(ids(ingested(config(pictures, "ingest.table=", "ingest.max_error_share=0.5"))))
        .containsExactly("1.jpg", "b/2.jpg");
    assertThat(errors()).containsExactly(entry(3L, "missing_coordinates"));
  }

  @Test
  void parquetIsReadWithItsTypes() throws IOException {
    PictureFolder pictures = folder("train", HEADER).picture("1.jpg", 1).picture("2.jpg", 2);
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
        ingested(config(pictures, "ingest.table=" + table, "ingest.max_error_share=0.5"));
    assertThat(ids(rows)).containsExactly("1.jpg", "2.jpg");
    assertThat(rows.get(0).<Double>getAs("latitude")).isEqualTo(0.1 + 0.2);
    assertThat(rows.get(0).<Double>getAs("longitude")).isEqualTo(1e-5);
    assertThat(time(rows.get(0))).isEqualTo(time.toInstant());
    assertThat(rows.get(1).<Double>getAs("latitude")).isEqualTo(1);
    assertThat(errors()).containsExactly(entry(3L, "duplicate_id"));
  }

  @Test
  void jsonLinesAreRead() throws IOException {
    PictureFolder pictures = folder("train", HEADER).picture("1.jpg", 1).picture("b/2.jpg", 2);
    Path table = folder.resolve("metadata.jsonl");
    Files.writeString(
        table,
        "\ufeff{\"file_name\": \"1.jpg\", \"latitude\": 48.8584, \"longitude\": 2.2945}\n\n"
            + "{\"author\": \"J\\\"D\", \"file_name\": \"b/2.jpg\", \"latitude\": \"-1.5\", \"longitude\": 1e1}\n"
            + "[1, 2]\n"
            + "{\"file_name\": \"1.jpg\", \"latitude\": 48\n"
            + "{\"latitude\": 1, \"longitude\": 2}\n");
    PipelineConfig config =
        config(
            pictures,
            "ingest.table=" + table,
            "ingest.columns.image=file_name",
            "ingest.max_error_share=0.7");
    List<Row> rows = ingested(config);
    assertThat(ids(rows)).containsExactly("1.jpg", "b/2.jpg");
    assertThat(rows.get(0).<Double>getAs("latitude")).isEqualTo(48.8584);
    assertThat(rows.get(1).<Double>getAs("longitude")).isEqualTo(10);
    assertThat(rows.get(1).<String>getAs("author")).isEqualTo("J\"D");
    assertThat(errors())
        .containsExactly(
            entry(4L, "malformed_row"), entry(5L, "malformed_row"), entry(6L, "missing_path"));
  }

  @Test
  void aTableWithoutObjectsIsNamed() throws IOException {
    PictureFolder pictures = folder("train", HEADER).picture("1.jpg", 1);
    Path table = folder.resolve("empty.jsonl");
    Files.writeString(table, "no object\n");
    assertThatThrownBy(() -> ingested(config(pictures, "ingest.table=" + table)))
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
    PictureFolder pictures = folder("train", header).picture(file, 1).row(row);
    pictures
        .row(row.replaceFirst("[0-9]", "5").replace("48.5", "north").replace("338", "5"))
        .write();
    List<Row> rows =
        ingested(config(pictures, "ingest.layout=" + layout, "ingest.max_error_share=0.5"));
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).<String>getAs("image_id")).isEqualTo(id);
    assertThat(rows.get(0).<Double>getAs("latitude")).isEqualTo(48.5);
    assertThat(rows.get(0).<Double>getAs("longitude")).isEqualTo(2.25);
    assertThat(rows.get(0).<String>getAs("sequence_id")).isEqualTo(sequence);
    assertThat(rows.get(0).<String>getAs("author")).isEqualTo(author);
    assertThat(rows.get(0).<String>getAs("uri")).endsWith("/" + file);
    // Another image, which is not there or has no position.
    assertThat(errors()).containsOnlyKeys(3L);
  }

  @Test
  void columnsGoBeforeTheLayout() throws IOException {
    PictureFolder pictures = folder("train", "IMG_ID,N,LON,who").picture("1.jpg", 1);
    pictures.row("1.jpg,3,4,me").write();
    List<Row> rows =
        ingested(
            config(
                pictures,
                "ingest.layout=im2gps3k",
                "ingest.columns.latitude=N",
                "ingest.columns.author=who"));
    assertThat(rows.get(0).<Double>getAs("latitude")).isEqualTo(3);
    assertThat(rows.get(0).<String>getAs("author")).isEqualTo("me");
  }

  @Test
  void anIdColumnNamesTheImages() throws IOException {
    PictureFolder pictures = folder("train", "image,latitude,longitude,key").picture("1.jpg", 1);
    pictures.row("1.jpg,1,1,first").row("1.jpg,2,2,second").row("1.jpg,3,3,").write();
    PipelineConfig config = config(pictures, "ingest.columns.id=key", "ingest.max_error_share=0.5");
    assertThat(ids(ingested(config))).containsExactly("first", "second");
    assertThat(errors()).containsExactly(entry(4L, "missing_id"));
  }

  @Test
  void theResultDoesNotDependOnPartitions() throws IOException {
    PictureFolder pictures = folder("train", HEADER);
    for (int i = 0; i < 60; i++) {
      pictures.picture(i + ".jpg", i).row("%d.jpg,%d,%d,,,".formatted(i % 50, i, i));
    }
    PipelineConfig config = config(pictures.write());
    List<List<Row>> results = new ArrayList<>();
    for (String partitions : List.of("1", "3", "16")) {
      spark.conf().set("spark.sql.shuffle.partitions", partitions);
      results.add(ingested(config));
      results.add(errorRows());
    }
    spark.conf().set("spark.sql.shuffle.partitions", "3");
    assertThat(results.get(0)).hasSize(50).isEqualTo(results.get(2)).isEqualTo(results.get(4));
    assertThat(results.get(1)).hasSize(10).isEqualTo(results.get(3)).isEqualTo(results.get(5));
    assertThat(ids(results.get(0))).isSorted();
    assertThat(results.get(0).get(0).<Double>getAs("latitude")).isZero();
  }

  @Test
  void missingColumnsAreNamedAllAtOnce() throws IOException {
    PictureFolder pictures = folder("train", "file,lat,longitude").picture("1.jpg", 1);
    pictures.row("1.jpg,1,1").write();
    assertThatThrownBy(() -> ingested(config(pictures, "ingest.columns.author=painter")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("catalogue.csv has no column 'image' (set ingest.columns.image")
        .hasMessageContaining("column 'latitude' (set ingest.columns.latitude")
        .hasMessageContaining("column 'painter' (set ingest.columns.author")
        .hasMessageContaining("it has the columns [file, lat, longitude]");
  }

  @Test
  void tooManyErrorsAreCountedByKind() throws IOException {
    PictureFolder pictures = folder("train", HEADER).picture("1.jpg", 1).picture("4.jpg", 4);
    pictures.row("1.jpg,1,1,,,").row("2.jpg,1,1,,,").row("3.jpg,1,1,,,").row("4.jpg,99,1,,,");
    pictures.write();
    assertThatThrownBy(() -> ingested(config(pictures)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("3 of 4 images of 'train' cannot be taken (75.0 %, allowed by")
        .hasMessageContaining("2 missing_file, as in catalogue.csv line 3")
        .hasMessageContaining("1 coordinates_out_of_range, as in catalogue.csv line 5");
    assertThat(store().has("catalogue")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'', has no header in its first line",
    "'image,latitude,longitude\n', names no images",
    "'image,latitude,longitude\n\n\n', names no images"
  })
  void anEmptyTableIsNamed(String table, String message) throws IOException {
    PictureFolder pictures = folder("train", HEADER).picture("1.jpg", 1);
    Files.writeString(pictures.table(), table);
    assertThatThrownBy(() -> ingested(config(pictures)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("catalogue.csv");
  }

  @Test
  void anEmptyFolderIsNamed() throws IOException {
    PictureFolder pictures = folder("train", HEADER).row("1.jpg,1,1,,,").write();
    assertThatThrownBy(() -> ingested(config(pictures)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("train/images is empty or does not exist")
        .hasMessageContaining("ingest.images");
  }

  @Test
  void aWrongPatternIsAWrongSetting() throws IOException {
    PictureFolder pictures = folder("train", HEADER).picture("1.jpg", 1).row("1.jpg,1,1,,,");
    pictures.write();
    assertThatThrownBy(() -> ingested(config(pictures, "ingest.columns.captured_at_pattern=bbb")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("ingest.columns.captured_at_pattern");
  }

  @Test
  void aByteOrderMarkAndQuotedNamesAreRead() throws IOException {
    PictureFolder pictures = folder("train", "\ufeff\"image\" , latitude,longitude");
    pictures.picture("a, b.jpg", 1).row("\"a, b.jpg\", 1 ,2\r").write();
    assertThat(ids(ingested(config(pictures)))).containsExactly("a, b.jpg");
  }

  @Test
  void itsInputsAreWatched() throws IOException {
    PictureFolder pictures = folder("train", HEADER).picture("1.jpg", 1).row("1.jpg,1,1,,,");
    pictures.write();
    Ingest ingest = new Ingest();
    Map<String, String> before = ingest.externalInputs(config(pictures));
    assertThat(before).containsOnlyKeys("ingest.images", "ingest.table");
    pictures.picture("2.jpg", 2);
    assertThat(ingest.externalInputs(config(pictures)))
        .containsEntry("ingest.table", before.get("ingest.table"))
        .doesNotContainEntry("ingest.images", before.get("ingest.images"));
  }

  private PictureFolder folder(String name, String header) throws IOException {
    return new PictureFolder(folder.resolve(name), header);
  }

  private static PipelineConfig config(PictureFolder pictures, String... more) {
    List<String> sets = new ArrayList<>();
    sets.add("ingest.images=" + pictures.images());
    sets.add("ingest.table=" + pictures.table());
    sets.addAll(List.of(more));
    return ConfigFixture.with(sets.toArray(String[]::new));
  }

  private static String benchmark(String name, PictureFolder pictures) {
    return "[{name: %s, images: %s, table: %s, columns: {image: file, latitude: lat, longitude: lon}}]"
        .formatted(name, pictures.images(), pictures.table());
  }

  private TableStore store() {
    return TableStore.open(spark, folder.resolve("out").toString());
  }

  private List<Row> ingested(PipelineConfig config) {
    new Ingest().run(StageContext.quiet(spark, config, store()));
    return store().read(Tables.CATALOGUE).collectAsList();
  }

  private List<Row> errorRows() {
    return store().read(Tables.errorsOf("ingest")).collectAsList();
  }

  /** Kinds by line or file number, which stands before the first colon of a message. */
  private Map<Long, String> errors() {
    Map<Long, String> kinds = new TreeMap<>();
    for (Row row : errorRows()) {
      String place = row.<String>getAs("message").replaceFirst(": .*", "");
      kinds.put(Long.parseLong(place.replaceFirst(".* ", "")), row.getAs("kind"));
    }
    return kinds;
  }

  private static List<String> ids(List<Row> rows) {
    return rows.stream().map(row -> row.<String>getAs("image_id")).toList();
  }

  private static Instant time(Row row) {
    return row.<Timestamp>getAs("captured_at").toInstant();
  }
}
