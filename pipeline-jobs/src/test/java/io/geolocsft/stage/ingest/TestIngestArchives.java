package io.geolocsft.stage.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.geolocsft.SparkFixture;
import io.geolocsft.failure.DataException;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.image.DecodeLimits;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images in zips, tars and Parquet, as data sets are published; the pictures are made up. */
class TestIngestArchives {

  /** Rows that bring their images, as Hugging Face's datasets have them. */
  private static final StructType EMBEDDED =
      new StructType()
          .add(
              "image",
              new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType))
          .add("latitude", DataTypes.DoubleType)
          .add("longitude", DataTypes.DoubleType);

  private final SparkSession spark = SparkFixture.session();

  @TempDir private Path folder;

  private IngestFixture ingest;

  @BeforeEach
  void prepare() {
    ingest = new IngestFixture(spark, folder);
  }

  private static Path zip(Path file, Map<String, byte[]> members) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> member : new TreeMap<>(members).entrySet()) {
        zip.putNextEntry(new ZipEntry(member.getKey()));
        zip.write(member.getValue());
      }
    }
    return file;
  }

  private static Path tar(Path file, Map<String, byte[]> members) throws IOException {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> member : new TreeMap<>(members).entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(member.getKey());
        entry.setSize(member.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(member.getValue());
        tar.closeArchiveEntry();
      }
    }
    return file;
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertIsPicture(Row row, int number) throws IOException {
    ImageBytes images = new ImageBytes(new Configuration(), DecodeLimits.DEFAULT.maxBytes());
    assertThat(images.read(row.getAs("uri")))
        .as(row.toString())
        .isEqualTo(PictureFolder.jpeg(number));
  }

  /** As MR600k and MR40k are: zips of JPEGs in a folder of their own, and a CSV beside them. */
  @Test
  void zipsWithATable() throws IOException {
    PictureFolder pictures = ingest.folder("train", "id,image,latitude,longitude,region");
    zip(
        pictures.images().resolve("part 0.zip"),
        Map.of(
            "images/1.jpg", PictureFolder.jpeg(1),
            "images/2.jpg", PictureFolder.jpeg(2),
            "__MACOSX/images/._1.jpg", new byte[10]));
    zip(
        pictures.images().resolve("part 1.zip"),
        Map.of("images/2.jpg", PictureFolder.jpeg(5), "images/3.jpg", PictureFolder.jpeg(3)));
    pictures.picture("loose.jpg", 4);
    pictures.row("a,1.jpg,1,1,x").row("b,images/2.jpg,2,2,x").row("c,part 1.zip/images/2.jpg,3,3,");
    pictures.row("g,3.jpg,6,6,x");
    pictures.row("d,loose.jpg,4,4,x").row("e,9.jpg,5,5,x").row("f,images/3.jpg,95,5,x").write();
    List<Row> rows =
        ingest.run(ingest.config(pictures, "ingest.columns.id=id", "ingest.max_error_share=0.5"));
    assertThat(IngestFixture.ids(rows)).containsExactly("a", "c", "d", "g");
    assertIsPicture(rows.get(0), 1);
    assertIsPicture(rows.get(1), 5);
    assertIsPicture(rows.get(2), 4);
    assertIsPicture(rows.get(3), 3);
    assertThat(rows)
        .extracting(row -> row.getAs("archive_member"))
        .containsExactly("images/1.jpg", "images/2.jpg", null, "images/3.jpg");
    assertThat(rows.get(0).<String>getAs("uri")).contains("/part 0.zip#deflated=");
    assertThat(ingest.errors())
        .containsExactly(
            entry(3L, "ambiguous_file"), // in both zips
            entry(7L, "missing_file"),
            entry(8L, "coordinates_out_of_range"));
  }

  /** OSV-5M's zips need not be unpacked. */
  @Test
  void aLayoutInZips() throws IOException {
    PictureFolder pictures =
        ingest.folder("train", "id,latitude,longitude,sequence,captured_at,creator_id");
    zip(pictures.images().resolve("00.zip"), Map.of("00/338.jpg", PictureFolder.jpeg(1)));
    pictures.row("338,48.5,2.25,s7,1557655345000,u1").write();
    List<Row> rows = ingest.run(ingest.config(pictures, "ingest.layout=osv5m"));
    assertThat(IngestFixture.ids(rows)).containsExactly("338");
    assertIsPicture(rows.get(0), 1);
  }

  @Test
  void anArchiveAloneWithoutATable() throws IOException {
    Path exif =
        Path.of("../pipeline-core/src/test/resources/io/geolocsft/image/goldens/exif-whole.jpg");
    PictureFolder pictures = ingest.folder("train", "none");
    Path tar =
        tar(
            pictures.images().resolve("all.tar"),
            Map.of("a/1.jpg", Files.readAllBytes(exif), "a/2.jpg", PictureFolder.jpeg(2)));
    List<Row> rows =
        ingest.run(
            ingest.config(
                pictures, "ingest.images=" + tar, "ingest.table=", "ingest.max_error_share=0.5"));
    assertThat(IngestFixture.ids(rows)).containsExactly("all.tar/a/1.jpg");
    assertThat(rows.get(0).<Double>getAs("longitude")).isEqualTo(-70.5);
    assertThat(ingest.errors()).containsExactly(entry(2L, "missing_coordinates"));
  }

  @Test
  void webDataset() throws IOException {
    PictureFolder pictures = ingest.folder("train", "none");
    tar(
        pictures.images().resolve("shard-0.tar"),
        Map.of(
            "0001.jpg", PictureFolder.jpeg(1),
            "0001.json",
                json("{\"lat\": 1.5, \"lon\": \"-2\", \"key\": \"first\", \"user\": {\"n\": 1}}"),
            "0002.txt", json("no image"),
            "0002.json", json("{\"lat\": 1, \"lon\": 2, \"key\": \"second\"}"),
            "0003.jpg", PictureFolder.jpeg(3),
            "0003.json", json("[1]"),
            "0004.jpg", PictureFolder.jpeg(4)));
    tar(
        pictures.images().resolve("shard-1.tar"),
        Map.of(
            "./0001.jpg", PictureFolder.jpeg(5),
            "./0001.depth.png", PictureFolder.jpeg(6),
            "./0001.caption.json", json("{}"),
            "./0001.json", json("{\"key\": \"other\", \"lat\": 3, \"lon\": 4, \"user\": \"u\"}")));
    List<Row> rows =
        ingest.run(
            ingest.config(
                pictures,
                "ingest.table=",
                "ingest.layout=webdataset",
                "ingest.columns.id=key",
                "ingest.columns.latitude=lat",
                "ingest.columns.longitude=lon",
                "ingest.columns.author=user",
                "ingest.max_error_share=0.7"));
    assertThat(IngestFixture.ids(rows)).containsExactly("first", "other");
    assertIsPicture(rows.get(0), 1);
    assertIsPicture(rows.get(1), 5);
    assertThat(rows.get(0).<Double>getAs("latitude")).isEqualTo(1.5);
    assertThat(rows.get(0).<Double>getAs("longitude")).isEqualTo(-2);
    assertThat(rows.get(0).<String>getAs("author")).isEqualTo("{\"n\":1}");
    assertThat(ingest.errorRows())
        .extracting(row -> row.getAs("kind"))
        .containsExactly("image_unsupported", "malformed_row", "missing_id");
  }

  @Test
  void webDatasetWithoutTars() throws IOException {
    PictureFolder pictures = ingest.folder("train", "none").picture("1.jpg", 1);
    assertThatThrownBy(
            () -> ingest.run(ingest.config(pictures, "ingest.table=", "ingest.layout=webdataset")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("holds no .tar");
  }

  /**
   * As Hugging Face's datasets are: an image column of bytes and path, one of which may be null.
   */
  @Test
  void imagesInsideParquet() throws IOException {
    PictureFolder pictures = ingest.folder("train", "none").picture("beside.jpg", 7);
    List<Row> input =
        List.of(
            RowFactory.create(RowFactory.create(PictureFolder.jpeg(1), "1.jpg"), 1.0, 1.0),
            RowFactory.create(RowFactory.create(PictureFolder.jpeg(2), null), 2.0, 2.0),
            RowFactory.create(RowFactory.create(null, "beside.jpg"), 3.0, 3.0),
            RowFactory.create(RowFactory.create(new byte[] {1, 2}, "bad.jpg"), 4.0, 4.0),
            RowFactory.create(RowFactory.create(null, "../out.jpg"), 4.0, 4.0),
            RowFactory.create(null, 5.0, 5.0));
    Path table = folder.resolve("a table.parquet");
    spark.createDataFrame(input, EMBEDDED).coalesce(1).write().parquet(table.toString());
    List<Row> rows =
        ingest.run(ingest.config(pictures, "ingest.table=" + table, "ingest.max_error_share=0.7"));
    Map<String, Row> byId =
        rows.stream().collect(Collectors.toMap(row -> row.getAs("image_id"), row -> row));
    String unnamed =
        byId.keySet().stream().filter(id -> id.endsWith("row 2")).findFirst().orElseThrow();
    assertThat(byId.keySet()).containsExactlyInAnyOrder("1.jpg", unnamed, "beside.jpg");
    assertIsPicture(byId.get("1.jpg"), 1);
    assertIsPicture(byId.get(unnamed), 2);
    assertIsPicture(byId.get("beside.jpg"), 7);
    assertThat(byId.get("1.jpg").<String>getAs("uri"))
        .contains("the output", "/images/", "#bytes=");
    assertThat(ingest.store().read(Tables.IMAGES).count()).isEqualTo(3);
    assertThat(ingest.errors())
        .containsExactly(
            entry(4L, "image_unsupported"),
            entry(5L, "path_outside_folder"),
            entry(6L, "missing_file"));
  }

  /** Files of one name in folders of their own, as partitioned tables have them. */
  @Test
  void imagesInsidePartitionedParquet() throws IOException {
    PictureFolder pictures = ingest.folder("train", "none").picture("any.jpg", 9);
    Path table = folder.resolve("by country.parquet");
    for (int i = 1; i <= 3; i++) {
      Path part = folder.resolve("part-" + i);
      Row row = RowFactory.create(RowFactory.create(PictureFolder.jpeg(i), null), i * 1.0, i * 1.0);
      spark.createDataFrame(List.of(row), EMBEDDED).coalesce(1).write().parquet(part.toString());
      Path target = Files.createDirectories(table.resolve("country=C" + i));
      try (Stream<Path> files = Files.list(part)) {
        Path file =
            files.filter(one -> one.toString().endsWith(".parquet")).findFirst().orElseThrow();
        Files.copy(file, target.resolve("part-0.parquet"));
      }
    }
    List<Row> rows = ingest.run(ingest.config(pictures, "ingest.table=" + table));
    assertThat(IngestFixture.ids(rows))
        .containsExactly(
            "country=C1/part-0.parquet row 1",
            "country=C2/part-0.parquet row 1",
            "country=C3/part-0.parquet row 1");
    for (int i = 1; i <= 3; i++) {
      assertIsPicture(rows.get(i - 1), i);
      assertThat(rows.get(i - 1).<Double>getAs("latitude")).isEqualTo(i);
    }
  }

  /** What stands in an URI for a part of a file is no way out of the folder. */
  @Test
  void namesThatLookLikePartsAreRefused() throws IOException {
    PictureFolder pictures = ingest.folder("train", "image,latitude,longitude");
    Files.write(folder.resolve("secret.jpg"), PictureFolder.jpeg(1));
    Files.createSymbolicLink(pictures.images().resolve("link"), folder.resolve("secret.jpg"));
    pictures.picture("link#bytes=0-99999", 2).picture("1.jpg", 3);
    pictures.row("link#bytes=0-99999,1,1").row("x.zip#deflated=0-99999999999999999,1,1");
    pictures.row("1.jpg,1,1").write();
    List<Row> rows = ingest.run(ingest.config(pictures, "ingest.max_error_share=0.9"));
    assertThat(IngestFixture.ids(rows)).containsExactly("1.jpg");
    assertThat(ingest.errors())
        .containsExactly(entry(2L, "invalid_path"), entry(3L, "invalid_path"));
  }

  @Test
  void hostileArchivesCostOnlyThemselves() throws IOException {
    PictureFolder pictures = ingest.folder("train", "image,latitude,longitude");
    byte[] zeros = new byte[32 << 20];
    Path good =
        zip(
            pictures.images().resolve("good.zip"),
            Map.of(
                "1.jpg", PictureFolder.jpeg(1),
                "../2.jpg", PictureFolder.jpeg(2),
                "bomb.jpg", zeros));
    byte[] bytes = Files.readAllBytes(good);
    Files.write(pictures.images().resolve("half.zip"), Arrays.copyOf(bytes, bytes.length / 2));
    Path tar =
        tar(
            pictures.images().resolve("half.tar"),
            Map.of("3.jpg", PictureFolder.jpeg(3), "4.jpg", PictureFolder.jpeg(4)));
    Files.write(tar, Arrays.copyOf(Files.readAllBytes(tar), 512 * 3 + 900));
    Files.write(folder.resolve("outside.zip"), bytes);
    Files.createSymbolicLink(pictures.images().resolve("link.zip"), folder.resolve("outside.zip"));
    pictures.row("1.jpg,1,1").row("../2.jpg,2,2").row("bomb.jpg,3,3").row("3.jpg,4,4");
    pictures.row("4.jpg,5,5").write();
    List<Row> rows = ingest.run(ingest.config(pictures, "ingest.max_error_share=0.9"));
    assertThat(IngestFixture.ids(rows)).containsExactly("1.jpg", "3.jpg");
    assertThat(ingest.errorRows())
        .extracting(row -> row.getAs("kind"))
        .containsExactlyInAnyOrder(
            "path_outside_folder", // by the table
            "archive_damaged", // the bomb
            "missing_file", // 4.jpg, cut off
            "archive_damaged", // half.zip
            "archive_damaged", // half.tar
            "path_outside_folder"); // link.zip
  }

  /** Some write their JSON with a byte order mark, and ends in capitals. */
  @Test
  void webDatasetWithMarksAndCapitals() throws IOException {
    PictureFolder pictures = ingest.folder("train", "none");
    Path tar = Path.of("src/test/resources/io/geolocsft/stage/ingest/inputs/tar");
    Files.copy(
        tar.resolve("json_with_bom_member_0006.tar"), pictures.images().resolve("shard.TAR"));
    List<Row> rows =
        ingest.run(
            ingest.config(
                pictures,
                "ingest.table=",
                "ingest.layout=webdataset",
                "ingest.columns.latitude=lat",
                "ingest.columns.longitude=lon",
                "ingest.max_error_share=0.9"));
    assertThat(IngestFixture.ids(rows)).contains("shard.TAR/0001.jpg", "shard.TAR/0006.jpg");
  }

  /** As by {@code cat a.tar b.tar}. */
  @Test
  void joinedTars() throws IOException {
    PictureFolder pictures = ingest.folder("train", "image,latitude,longitude");
    Path first = tar(folder.resolve("a.tar"), Map.of("1.jpg", PictureFolder.jpeg(1)));
    Path second = tar(folder.resolve("b.tar"), Map.of("2.jpg", PictureFolder.jpeg(2)));
    try (var joined = Files.newOutputStream(pictures.images().resolve("joined.tar"))) {
      Files.copy(first, joined);
      Files.copy(second, joined);
    }
    pictures.row("1.jpg,1,1").row("2.jpg,2,2").write();
    List<Row> rows = ingest.run(ingest.config(pictures));
    assertThat(IngestFixture.ids(rows)).containsExactly("1.jpg", "2.jpg");
    assertIsPicture(rows.get(1), 2);
  }

  @Test
  void membersSpelledOtherwise() throws IOException {
    PictureFolder pictures = ingest.folder("train", "image,latitude,longitude");
    zip(pictures.images().resolve("a.zip"), Map.of("Cafe\u0301.jpg", PictureFolder.jpeg(1)));
    pictures.row("Caf\u00e9.jpg,1,1").write();
    assertThat(ingest.run(ingest.config(pictures))).hasSize(1);
  }

  /** A phone names its archives and pictures by the time. */
  @Test
  void anArchiveWithAColonInItsName() throws IOException {
    PictureFolder pictures = ingest.folder("train", "image,latitude,longitude");
    zip(
        pictures.images().resolve("2024-05-01T12:30:00.zip"),
        Map.of("12:31.jpg", PictureFolder.jpeg(1)));
    pictures.row("12:31.jpg,1,1").write();
    List<Row> rows = ingest.run(ingest.config(pictures));
    assertThat(rows).hasSize(1);
    assertIsPicture(rows.get(0), 1);
  }
}
