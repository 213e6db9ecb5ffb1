package io.geolocsft.stage.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.SparkFixture;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.failure.DataException;
import io.geolocsft.image.DecodeLimits;
import io.geolocsft.image.ImageDecoder;
import io.geolocsft.image.ImageQuality;
import io.geolocsft.image.PerceptualHash;
import io.geolocsft.image.RgbImage;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestIngest {

  private static final String HEADER = IngestFixture.HEADER;
  private static final Path EXIF =
      Path.of("../pipeline-core/src/test/resources/io/geolocsft/image/goldens/exif-whole.jpg");

  private static final Path YEAR_ONE =
      Path.of("../pipeline-core/src/test/resources/io/geolocsft/image/as-they-come/date_0001.jpg");

  private final SparkSession spark = SparkFixture.session();

  @TempDir private Path folder;

  private IngestFixture ingest;

  @BeforeEach
  void prepare() {
    ingest = new IngestFixture(spark, folder);
  }

  @Test
  void aRowHoldsTheImageAndWhatIsKnownOfIt() throws IOException {
    PictureFolder pictures = ingest.folder("train", HEADER).picture("a/1.jpg", 1);
    pictures.row("a/1.jpg,48.8584,2.2945,2019-07-14T10:30:00+02:00,walk-7,\"Doe, Jane\"").write();
    Row row = ingest.run(ingest.config(pictures)).get(0);
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
    PictureFolder pictures = ingest.folder("train", HEADER);
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
    PipelineConfig config = ingest.config(pictures, "ingest.max_error_share=0.9");
    assertThat(IngestFixture.ids(ingest.run(config)))
        .containsExactly("1.jpg", "10.jpg", "2.jpg", "9.jpg");
    assertThat(ingest.errors())
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
    assertThat(ingest.errorRows().get(0).<String>getAs("message"))
        .isEqualTo("catalogue.csv line 4: the id 1.jpg is already in catalogue.csv line 2");
    assertThat(ingest.errorRows().get(0).<String>getAs("run_name")).isEqualTo("test");
  }

  @Test
  void benchmarksAreSplitsOfTheirOwn() throws IOException {
    PictureFolder train =
        ingest.folder("train", HEADER).picture("1.jpg", 1).row("1.jpg,1,1,,,").write();
    PictureFolder photos = ingest.folder("photos", "file,lat,lon").picture("1.jpg", 2);
    photos.row("1.jpg,2,2").write();
    List<Row> rows = ingest.run(ingest.config(train, "benchmarks=" + benchmark("photos", photos)));
    assertThat(IngestFixture.ids(rows)).containsExactly("1.jpg", "photos:1.jpg");
    assertThat(rows).extracting(row -> row.getAs("split")).containsExactly("train", "photos");
    assertThat(rows).extracting(row -> row.getAs("source")).containsExactly("catalogue", "photos");
  }

  /** Also where a row has no id, from which the set could be told. */
  @Test
  void errorsNameTheirSet() throws IOException {
    PictureFolder train = ingest.folder("train", HEADER).picture("1.jpg", 1);
    train.row("1.jpg,1,1,,,").row(",2,2,,,").write();
    PictureFolder photos = ingest.folder("photos", "file,lat,lon").picture("1.jpg", 2);
    photos.row("1.jpg,2,2").row(",3,3").row("gone.jpg,3,3").write();
    ingest.run(
        ingest.config(
            train, "benchmarks=" + benchmark("photos", photos), "ingest.max_error_share=0.9"));
    assertThat(ingest.errorRows())
        .extracting(row -> row.getAs("split") + " " + row.getAs("kind"))
        .containsExactly("train missing_path", "photos missing_path", "photos missing_file");
  }

  @Test
  void exifFillsWhatTheTableLeavesOut() throws IOException {
    PictureFolder pictures = ingest.folder("train", HEADER).file("1.jpg", Files.readAllBytes(EXIF));
    pictures.file("2.jpg", Files.readAllBytes(EXIF)).row("1.jpg,,,,,");
    pictures.row("2.jpg,10,20,2001-02-03 04:05:06,,").write();
    List<Row> rows = ingest.run(ingest.config(pictures));
    assertThat(rows.get(0).<Double>getAs("latitude")).isCloseTo(-33.856805, within(1e-5));
    assertThat(rows.get(0).<Double>getAs("longitude")).isEqualTo(-70.5);
    assertThat(time(rows.get(0))).isEqualTo(Instant.parse("2019-07-14T08:30:05Z"));
    assertThat(rows.get(1).<Double>getAs("latitude")).isEqualTo(10);
    assertThat(rows.get(0).<Double>getAs("exif_km")).isNull();
    assertThat(rows.get(1).<Double>getAs("exif_km")).isCloseTo(10_670.57, within(0.01));
    assertThat(time(rows.get(1))).isEqualTo(Instant.parse("2001-02-03T04:05:06Z"));
  }

  @Test
  void aFolderAloneIsEnoughForImagesWithExif() throws IOException {
    PictureFolder pictures =
        ingest.folder("train", HEADER).file("b/2.jpg", Files.readAllBytes(EXIF));
    pictures.file("1.jpg", Files.readAllBytes(EXIF)).file(".hidden/3.jpg", new byte[3]);
    pictures.picture("plain.jpg", 1);
    assertThat(
            IngestFixture.ids(
                ingest.run(ingest.config(pictures, "ingest.table=", "ingest.max_error_share=0.5"))))
        .containsExactly("1.jpg", "b/2.jpg");
    assertThat(ingest.errors()).containsExactly(entry(3L, "missing_coordinates"));
  }

  @Test
  void theResultDoesNotDependOnPartitions() throws IOException {
    PictureFolder pictures = ingest.folder("train", HEADER);
    for (int i = 0; i < 60; i++) {
      pictures
          .picture(i + ".jpg", i)
          .row(String.format(Locale.ROOT, "%d.jpg,%d,%d,,,", i % 50, i, i));
    }
    PipelineConfig config = ingest.config(pictures.write());
    List<List<Row>> results = new ArrayList<>();
    for (String partitions : List.of("1", "3", "16")) {
      spark.conf().set("spark.sql.shuffle.partitions", partitions);
      results.add(ingest.run(config));
      results.add(ingest.errorRows());
    }
    spark.conf().set("spark.sql.shuffle.partitions", "3");
    assertThat(results.get(0)).hasSize(50).isEqualTo(results.get(2)).isEqualTo(results.get(4));
    assertThat(results.get(1)).hasSize(10).isEqualTo(results.get(3)).isEqualTo(results.get(5));
    assertThat(IngestFixture.ids(results.get(0))).isSorted();
    assertThat(results.get(0).get(0).<Double>getAs("latitude")).isZero();
  }

  @Test
  void tooManyErrorsAreCountedByKind() throws IOException {
    PictureFolder pictures = ingest.folder("train", HEADER).picture("1.jpg", 1).picture("4.jpg", 4);
    pictures.row("1.jpg,1,1,,,").row("2.jpg,1,1,,,").row("3.jpg,1,1,,,").row("4.jpg,99,1,,,");
    pictures.write();
    assertThatThrownBy(() -> ingest.run(ingest.config(pictures)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("3 of 4 images of 'train' cannot be used (75.0 %, allowed by")
        .hasMessageContaining("2 missing_file, as in catalogue.csv line 3")
        .hasMessageContaining("1 coordinates_out_of_range, as in catalogue.csv line 5");
    assertThat(ingest.store().has("catalogue")).isFalse();
  }

  @Test
  void anEmptyFolderIsNamed() throws IOException {
    PictureFolder pictures = ingest.folder("train", HEADER).row("1.jpg,1,1,,,").write();
    assertThatThrownBy(() -> ingest.run(ingest.config(pictures)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("train/images is empty or does not exist")
        .hasMessageContaining("ingest.images");
  }

  /** Google Takeout writes beside each picture what the owner's account knows of it. */
  @Test
  void sidecarsTellWherePicturesWereTaken() throws IOException {
    PictureFolder pictures = ingest.folder("train", HEADER).picture("1.jpg", 1).picture("2.jpg", 2);
    pictures.picture("3(1).jpg", 3).picture("4.jpg", 4).file("1.MP4", new byte[3]);
    pictures.file("Thumbs.db", new byte[3]).file("b/desktop.ini", new byte[3]);
    sidecar(
        pictures,
        "1.jpg.supplemental-metadata.json",
        "'geoData': {'latitude': 35, 'longitude': 139}, 'photoTakenTime': {'timestamp':"
            + " '1563093000'}");
    sidecar(
        pictures,
        "2.jpg.json",
        "'geoDataExif': {'latitude': -1.5, 'longitude': 2}, 'geoData': {'latitude': 9, 'longitude':"
            + " 9}");
    sidecar(
        pictures,
        "3.jpg.supplemental-metadata(1).json",
        "'geoData': {'latitude': 5, 'longitude': 6}");
    sidecar(pictures, "4.jpg.json", "'geoData': {'latitude': 0.0, 'longitude': 0.0}");
    List<Row> rows =
        ingest.run(ingest.config(pictures, "ingest.table=", "ingest.max_error_share=0.5"));
    assertThat(rows)
        .extracting(row -> row.getAs("image_id"), row -> row.getAs("latitude"))
        .containsExactly(tuple("1.jpg", 35.0), tuple("2.jpg", -1.5), tuple("3(1).jpg", 5.0));
    assertThat(time(rows.get(0))).isEqualTo(Instant.parse("2019-07-14T08:30:00Z"));
    assertThat(ingest.errorRows())
        .extracting(row -> row.getAs("kind"))
        .containsExactly("missing_coordinates");
  }

  private static void sidecar(PictureFolder pictures, String name, String fields)
      throws IOException {
    pictures.file(
        name,
        "{%s}"
            .formatted(fields)
            .replace('\'', '"')
            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void googleTakeoutIsRead() throws IOException {
    Path takeout = Path.of("src/test/resources/io/geolocsft/stage/ingest/inputs/takeout");
    PictureFolder pictures = ingest.folder("train", HEADER);
    List<Row> rows =
        ingest.run(
            ingest.config(pictures, "ingest.images=" + takeout.toAbsolutePath(), "ingest.table="));
    assertThat(IngestFixture.ids(rows)).containsExactly("IMG_0.jpg", "IMG_1.jpg", "IMG_2.jpg");
    assertThat(ingest.errorRows()).isEmpty();
  }

  @Test
  void linksInCirclesEnd() throws IOException {
    PictureFolder pictures =
        ingest.folder("train", HEADER).file("a/1.jpg", Files.readAllBytes(EXIF));
    Files.createDirectories(pictures.images().resolve("b"));
    for (String link : List.of("loop", "a/up", "b/up", "b/loop")) {
      Files.createSymbolicLink(pictures.images().resolve(link), pictures.images());
    }
    Files.createSymbolicLink(pictures.images().resolve("self"), Path.of("self"));
    assertThat(IngestFixture.ids(ingest.run(ingest.config(pictures, "ingest.table="))))
        .containsExactly("a/1.jpg");
  }

  @Test
  void itsInputsAreWatched() throws IOException {
    PictureFolder pictures = ingest.folder("train", HEADER).picture("1.jpg", 1).row("1.jpg,1,1,,,");
    pictures.write();
    Ingest stage = new Ingest();
    Map<String, String> before = stage.externalInputs(ingest.config(pictures));
    assertThat(before).containsOnlyKeys("ingest.images", "ingest.table");
    pictures.picture("2.jpg", 2);
    assertThat(stage.externalInputs(ingest.config(pictures)))
        .containsEntry("ingest.table", before.get("ingest.table"))
        .doesNotContainEntry("ingest.images", before.get("ingest.images"));
  }

  @Test
  void timesFarFrom1970AreKept() throws IOException {
    PictureFolder pictures = ingest.folder("train", HEADER).picture("1.jpg", 1).picture("2.jpg", 2);
    pictures.picture("3.jpg", 3).picture("4.jpg", 4).file("5.jpg", Files.readAllBytes(YEAR_ONE));
    pictures
        .row("1.jpg,1,1,0001-01-01T00:00:00,,")
        .row("2.jpg,1,1,1563093000,,")
        .row("3.jpg,1,1,9999-12-31,,")
        .row("4.jpg,1,1,1563093,,")
        .row("5.jpg,,,,,")
        .write();
    ingest.run(ingest.config(pictures, "ingest.max_error_share=0.9"));
    Dataset<Row> catalogue = ingest.store().read(Tables.CATALOGUE);
    assertThat(
            catalogue
                .selectExpr("cast(captured_at as string)")
                .as(Encoders.STRING())
                .collectAsList())
        .containsExactly(
            "0001-01-01 00:00:00",
            "2019-07-14 08:30:00",
            "9999-12-31 00:00:00",
            "0001-01-01 00:00:00");
    assertThat(ingest.errors()).containsExactly(entry(5L, "unparsable_date"));
  }

  private static String benchmark(String name, PictureFolder pictures) {
    return "[{name: %s, images: %s, table: %s, columns: {image: file, latitude: lat, longitude: lon}}]"
        .formatted(name, pictures.images(), pictures.table());
  }

  private static Instant time(Row row) {
    return row.<Timestamp>getAs("captured_at").toInstant();
  }
}
