package io.geolocsft.stage.ingest;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.luben.zstd.ZstdOutputStream;
import com.google.common.base.Throwables;
import io.geolocsft.SparkFixture;
import io.geolocsft.config.ImageSet;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.failure.DataException;
import io.geolocsft.stage.ingest.listing.ListedImages;
import io.geolocsft.table.Tables;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tables and folders as programs and people leave them; each is read, or its error says why not.
 */
class TestIngestInputs {

  private static final Path RESOURCES =
      Path.of("src/test/resources/io/geolocsft/stage/ingest/inputs");
  private static final String ROWS = "p0.jpg 10.5 20.5, p1.jpg 11.5 21.5";
  private static final String CSV = "file,lat,lon\np0.jpg,10.5,20.5\np1.jpg,11.5,21.5\n";
  private static final String OBJECT = "{\"file\":\"p0.jpg\",\"lat\":10.5,\"lon\":20.5}";
  private static final String OTHER = "{\"file\":\"p1.jpg\",\"lat\":11.5,\"lon\":21.5}";

  private final SparkSession spark = SparkFixture.session();

  @TempDir private Path folder;

  private IngestFixture ingest;
  private PictureFolder pictures;

  /**
   * An input.
   *
   * @param table its path below the test's folder; empty for none
   * @param settings more of them
   * @param right rows by id, latitude and longitude as they stand there; or, behind {@code error:},
   *     parts of the one message
   */
  private record Case(String name, Maker maker, String table, List<String> settings, String right) {
    @Override
    public String toString() {
      return name;
    }
  }

  private interface Maker {
    void make(Path folder) throws IOException;
  }

  private interface Packer {
    OutputStream pack(OutputStream out) throws IOException;
  }

  private static Case text(String name, String file, String content, String right) {
    return bytes(name, file, content.getBytes(UTF_8), right);
  }

  private static Case encoded(String name, Charset charset, String content, String right) {
    return bytes(name, "t.csv", content.getBytes(charset), right);
  }

  private static Case bytes(String name, String file, byte[] content, String right, String... set) {
    Maker maker =
        folder -> {
          Files.createDirectories(folder.resolve(file).getParent());
          Files.write(folder.resolve(file), content);
        };
    return new Case(name, maker, file, List.of(set), right);
  }

  private static Case resource(String name, String resource, String right, String... settings) {
    Path source = RESOURCES.resolve(resource);
    String target = source.getFileName().toString();
    return new Case(
        name, folder -> copy(source, folder.resolve(target)), target, List.of(settings), right);
  }

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path to = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to);
        }
      }
    }
  }

  /** Makes a folder with files of a resource in it, and others. */
  private static Case folder(String name, String table, Maker maker, String right, String... set) {
    return new Case(name, maker, table, List.of(set), right);
  }

  private static void part(Path folder, String file) throws IOException {
    Files.createDirectories(folder.resolve(file).getParent());
    Files.copy(RESOURCES.resolve("parquet/lz4.parquet"), folder.resolve(file));
  }

  private static void file(Path folder, String file, String content) throws IOException {
    Files.createDirectories(folder.resolve(file).getParent());
    Files.writeString(folder.resolve(file), content);
  }

  private static byte[] packed(Packer packer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = packer.pack(bytes)) {
      out.write(CSV.getBytes(UTF_8));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] half(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length - 12);
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    cases.addAll(csv());
    cases.addAll(packedTables());
    cases.addAll(json());
    cases.addAll(parquet());
    cases.addAll(paths());
    return cases;
  }

  private static List<Case> csv() {
    String utf16 = "\ufeff" + CSV.replace(',', '\t');
    return List.of(
        resource("lat and LAT", "csv/case_header.csv", "p00.jpg 48.5 2.5, p01.jpg 48.6 2.5"),
        text("semicolons", "t.csv", CSV.replace(',', ';'), ROWS),
        text("tabs", "t.tsv", CSV.replace(',', '\t'), ROWS),
        text("bars", "t.txt", CSV.replace(',', '|'), ROWS),
        text("Excel's sep", "t.csv", "sep=;\r\n" + CSV.replace(',', ';'), ROWS),
        text("Excel's sep, a tab", "t.csv", "sep=\t\r\n" + CSV.replace(',', '\t'), ROWS),
        resource("decimal commas", "csv/semicolon.csv", "p00.jpg 48,5 2,5, p01.jpg 48,6 2,6"),
        text(
            "decimal commas make fields",
            "t.csv",
            "file,lat,lon\np0.jpg,10,5,20,5\n",
            "p0.jpg 10 5: not as many fields as the header has (a decimal comma?), or a quoted text"
                + " without an end"),
        text(
            "no such column, by semicolons",
            "t.csv",
            "file;breite;lon\n",
            "error: no column 'lat' | [file, breite, lon] (separated by ';')"),
        encoded("UTF-16, little endian", UTF_16LE, utf16, ROWS),
        encoded("UTF-16, big endian", UTF_16BE, utf16, ROWS),
        encoded("UTF-16 without a mark", UTF_16LE, CSV, "error: t.csv is UTF-16 text without"),
        text("UTF-8 with a mark", "t.csv", "\ufeff" + CSV, ROWS),
        text("comments above", "t.csv", "# made by hand\n#\n\n" + CSV, ROWS),
        text("a header like a comment", "t.csv", "#" + CSV, ROWS),
        text("CRLF and quoted names", "t.csv", quoted(), ROWS),
        text("header only", "t.csv", "file,lat,lon\n", ""),
        text("empty", "t.csv", "", "error: t.csv has no header"),
        text("comments only", "t.csv", "# nothing\n", "error: t.csv has no header"),
        text("blank names", "t.csv", "file,,lat,,lon\np0.jpg,x,10.5,,20.5\n", "p0.jpg 10.5 20.5"),
        text(
            "a name twice",
            "t.csv",
            "file,lat,lat,lon\np0.jpg,1,2,3\n",
            "error: more than one column 'lat' | [file, lat, lat, lon]"),
        text(
            "names not asked for twice", "t.csv", "file,x,x,lat,lon\np0.jpg,,,1,2\n", "p0.jpg 1 2"),
        text(
            "names that differ by case", "t.csv", "file,LAT,lon,lat\np0.jpg,9,2,1\n", "p0.jpg 1 2"),
        text(
            "its own names",
            "t.csv",
            "file,Lat,lon,LAT\np0.jpg,9,2,1\n",
            "error: no column 'lat' | [file, Lat, lon, LAT]"),
        bytes("no text", "t.csv", new byte[] {1, 0, 2, 3, 0, 0}, "error: t.csv is not text"),
        bytes("a workbook", "t.csv", new byte[] {'P', 'K', 3, 4, 0}, "error: an Excel workbook"),
        text("hidden by its name", "_t.csv", CSV, ROWS));
  }

  private static String quoted() {
    return "\"file\",\"lat\",\"lon\"\r\n\"p0.jpg\",10.5,20.5\r\np1.jpg,\"11.5\",21.5\r\n";
  }

  private static List<Case> packedTables() {
    byte[] gzip = packed(GZIPOutputStream::new);
    return List.of(
        bytes("gzip", "t.csv.gz", gzip, ROWS),
        bytes("bzip2", "t.csv.bz2", packed(BZip2CompressorOutputStream::new), ROWS),
        bytes("zstd", "t.csv.zst", packed(ZstdOutputStream::new), ROWS),
        bytes("half a gzip", "t.csv.gz", half(gzip), "error: t.csv.gz is cut short or damaged"),
        bytes(
            "no gzip", "t.csv.gz", CSV.getBytes(UTF_8), "error: t.csv.gz is cut short or damaged"),
        bytes("unnamed gzip", "t.csv", gzip, "error: t.csv is compressed with gzip"),
        bytes("xz", "t.csv.xz", new byte[9], "error: t.csv.xz is compressed as .xz (unsupported)"));
  }

  private static List<Case> json() {
    String array = "[" + OBJECT + ",\n" + OTHER + "]";
    return List.of(
        text("an array", "t.json", array, ROWS),
        resource("an array in two lines", "csv/array.json", "p00.jpg 48.5 2.5, p01.jpg 48.6 2.6"),
        text("an array on one line", "t.json", array.replace("\n", ""), ROWS),
        text("an array with a mark", "t.json", "\ufeff" + array, ROWS),
        text("an array named lines", "t.jsonl", array, ROWS),
        text("lines with a mark", "t.jsonl", "\ufeff" + OBJECT + "\r\n" + OTHER, ROWS),
        text("lines named json", "t.json", OBJECT + "\n" + OTHER, ROWS),
        text("objects of several lines", "t.json", (OBJECT + OTHER).replace(",", ",\n"), ROWS),
        text(
            "an object of objects",
            "t.json",
            "{\n\"p0.jpg\": " + OBJECT + "}",
            "error: [p0.jpg] in one JSON object (write an array of objects"),
        text(
            "half an array",
            "t.json",
            "[" + OBJECT + ",\n{\"fi",
            "error: t.json is not complete JSON: line 2"),
        text("an array of numbers", "t.json", "[1,\n2]", "error: holds no JSON object"));
  }

  private static List<Case> parquet() {
    String four = ROWS + ", p2.jpg 12.5 22.5, p3.jpg 13.5 23.5";
    String embedded = "binary_jpg.parquet row ";
    return List.of(
        resource("nanoseconds", "parquet/pandas_ns.parquet", four),
        resource("an unused float16", "parquet/unused_float16.parquet", four),
        resource("unused names by case", "parquet/case_dup_unused.parquet", four),
        resource("unused exotic types", "parquet/exotic.parquet", ROWS),
        resource("an asked name beside its case", "parquet/case_asked.parquet", ROWS),
        resource(
            "decimals, and names as bytes",
            "parquet/decimal.parquet",
            "p0.jpg 10.50000 20.5, p1.jpg 11.50000 21.5"),
        resource("LZ4", "parquet/lz4.parquet", ROWS),
        resource(
            "an asked name twice", "parquet/twice.parquet", "error: more than one column 'lat'"),
        resource(
            "an asked float16",
            "parquet/float16_asked.parquet",
            "error: float16_asked.parquet has a column of an unsupported type | lat"),
        resource("brotli", "parquet/brotli.parquet", "error: brotli.parquet | BROTLI"),
        resource(
            "images as bytes",
            "parquet/binary_jpg.parquet",
            "@1 10.5 20.5, @2 11.5 21.5, @3 12.5 22.5, @4 13.5 23.5".replace("@", embedded),
            "columns.image=jpg"),
        resource("parts of other types", "parquet/mixed", ROWS + ", p2.jpg 12 22, p3.jpg 13 23"),
        resource(
            "ids as text and number",
            "parquet/ids",
            "7 10.5 20.5, 8 11.5 21.5, x 10.5 20.5, y 11.5 21.5",
            "columns.id=id"),
        resource(
            "a part lacks a column", "parquet/lacks", "error: lacks/b.parquet has no column 'lat'"),
        resource("half a part", "parquet/trunc", "error: trunc/b.parquet is cut short"),
        resource("another file beside", "parquet/with_readme", "p0.jpg 1.0 2.0, p1.jpg 2.0 2.0"),
        resource(
            "Delta Lake", "parquet/delta", "error: not plain Parquet | Delta Lake | ingest.table"),
        folder("Iceberg", "t", TestIngestInputs::iceberg, "error: Apache Iceberg"),
        folder("Iceberg's data", "t/data", TestIngestInputs::iceberg, "error: Apache Iceberg"),
        folder(
            "Hudi",
            "t",
            folder -> {
              part(folder, "t/a.parquet");
              file(folder, "t/.hoodie/hoodie.properties", "");
            },
            "error: Apache Hudi"),
        folder(
            "folders like numbers",
            "t",
            folder -> part(folder, "t/walk=007/a.parquet"),
            "p0.jpg 10.5 20.5 of 007, p1.jpg 11.5 21.5 of 007",
            "columns.sequence_id=walk"),
        folder(
            "no Parquet at all",
            "t",
            folder -> file(folder, "t/a.csv", CSV),
            "error: holds no Parquet file but [a.csv]"),
        folder(
            "what jobs leave",
            "t",
            folder -> {
              part(folder, "t/a.parquet");
              file(folder, "t/_SUCCESS", "");
              file(folder, "t/.b.parquet.crc", "x");
            },
            ROWS),
        folder("another end", "t.pq", folder -> part(folder, "t.pq"), ROWS),
        folder("no end", "table", folder -> part(folder, "table"), ROWS));
  }

  private static void iceberg(Path folder) throws IOException {
    part(folder, "t/data/a.parquet");
    file(folder, "t/metadata/v1.metadata.json", "{}");
  }

  private static List<Case> paths() {
    List<Case> cases = new ArrayList<>();
    for (String odd :
        List.of("photos[1]", "{a,b}", "a*b?", "Größe #1 100%20", "2024-05-01T12:30", "b\\c")) {
      cases.add(text("CSV in " + odd, odd + "/t.csv", CSV, ROWS));
      cases.add(
          folder(
              "Parquet in " + odd,
              odd + "/t.parquet",
              folder -> part(folder, odd + "/t.parquet"),
              ROWS));
    }
    cases.add(
        folder(
            "not the other folder's table",
            "photos[1]/t.csv",
            folder -> {
              file(folder, "photos1/t.csv", CSV.replace("p0", "p2"));
              file(folder, "photos[1]/t.csv", CSV);
            },
            ROWS));
    cases.add(text("a colon in a table's name", "t 12:30.csv", CSV, ROWS));
    cases.add(
        folder(
            "and in Parquet's",
            "t 12:30.parquet",
            folder -> part(folder, "t 12:30.parquet"),
            ROWS));
    return cases;
  }

  @BeforeEach
  void prepare() throws IOException {
    ingest = new IngestFixture(spark, folder.resolve("run"));
    pictures = new PictureFolder(folder, "none");
    for (int i = 0; i < 4; i++) {
      pictures.picture("p" + i + ".jpg", i).picture("p0" + i + ".jpg", 4 + i);
    }
  }

  @Test
  void allAreThere() {
    assertThat(cases()).hasSize(85).extracting(Case::name).doesNotHaveDuplicates();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isReadOrSaysWhyNot(Case input) throws IOException {
    input.maker().make(folder);
    ImageSet set = ImageSet.of(config(input.table(), input.settings())).get(0);
    if (!input.right().startsWith("error: ")) {
      assertThat(rows(ListedImages.of(spark, set, new ArrayList<>()))).isEqualTo(input.right());
      return;
    }
    Throwable thrown = catchThrowable(() -> rows(ListedImages.of(spark, set, new ArrayList<>())));
    assertThat(thrown).isNotNull();
    DataException error =
        Throwables.getCausalChain(thrown).stream()
            .filter(DataException.class::isInstance)
            .map(DataException.class::cast)
            .findFirst()
            .orElseThrow(() -> new AssertionError("no DataException", thrown));
    assertThat(error.getMessage())
        .contains(input.right().substring("error: ".length()).split(" \\| "))
        .hasSizeLessThan(1000)
        .doesNotContainPattern("\\p{Cntrl}");
  }

  private PipelineConfig config(String table, List<String> more) {
    List<String> settings = new ArrayList<>();
    settings.add("ingest.table=" + folder.resolve(table));
    settings.add("ingest.columns.image=file");
    settings.add("ingest.columns.latitude=lat");
    settings.add("ingest.columns.longitude=lon");
    more.forEach(setting -> settings.add("ingest." + setting));
    return ingest.config(pictures, settings.toArray(String[]::new));
  }

  private static String rows(Dataset<Row> listed) {
    return String.join(
        ", ", listed.collectAsList().stream().map(TestIngestInputs::shown).sorted().toList());
  }

  private static String shown(Row row) {
    String sequence = row.getAs("sequence_id");
    String problem = row.getAs("detail");
    return "%s %s %s"
            .formatted(row.getAs("image_id"), row.getAs("latitude"), row.getAs("longitude"))
        + (sequence == null ? "" : " of " + sequence)
        + (problem == null ? "" : ": " + problem);
  }

  /** What the rows of some of them become. */
  @Test
  void decimalCommasAreNamed() throws IOException {
    copy(RESOURCES.resolve("csv/semicolon.csv"), folder.resolve("t.csv"));
    assertThatThrownBy(() -> ingest.run(config("t.csv", List.of())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("t.csv line 2: latitude '48,5'")
        .hasMessageContaining("decimal comma");
  }

  @Test
  void bytesAreImagesAndNanosecondsMicroseconds() throws IOException {
    copy(RESOURCES.resolve("parquet/binary_jpg.parquet"), folder.resolve("t.parquet"));
    copy(RESOURCES.resolve("parquet/pandas_ns.parquet"), folder.resolve("ns.parquet"));
    PipelineConfig config = config("t.parquet", List.of("columns.image=jpg", "max_error_share=0"));
    List<Row> rows = ingest.run(config);
    assertThat(rows).hasSize(4);
    assertThat(ingest.store().read(Tables.IMAGES).count()).isEqualTo(4);
    String right = "2019-07-14T08:30:00.000000Z";
    List<Row> listed =
        ListedImages.of(
                spark, ImageSet.of(config("ns.parquet", List.of())).get(0), new ArrayList<>())
            .collectAsList();
    assertThat(listed).extracting(row -> row.getAs("captured_at")).containsOnly(right);
  }

  @Test
  void picturesOfAnyNameAreFound() throws IOException {
    String composed = Normalizer.normalize("Café/é.jpg", Normalizer.Form.NFC);
    String decomposed = Normalizer.normalize("Göteborg/ö.jpg", Normalizer.Form.NFD);
    List<String> names =
        List.of(
            "2024-05-01T12:30:00.jpg",
            "[1] {a}*?.jpg",
            "Größe #1 100%20.jpg",
            composed,
            decomposed);
    StringBuilder table = new StringBuilder("file,lat,lon\n");
    for (String name : names) {
      boolean isOther = name.equals(composed) || name.equals(decomposed);
      pictures.file(isOther ? spelledOtherwise(name) : name, PictureFolder.jpeg(7));
      table.append('"').append(name).append("\",1,2\n");
    }
    file(folder, "t.csv", table.toString());
    assertThat(IngestFixture.ids(ingest.run(config("t.csv", List.of("max_error_share=0")))))
        .containsExactlyInAnyOrderElementsOf(names);
  }

  private static String spelledOtherwise(String name) {
    boolean isComposed = Normalizer.isNormalized(name, Normalizer.Form.NFC);
    return Normalizer.normalize(name, isComposed ? Normalizer.Form.NFD : Normalizer.Form.NFC);
  }
}
