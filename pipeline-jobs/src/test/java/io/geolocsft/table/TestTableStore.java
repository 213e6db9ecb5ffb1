package io.geolocsft.table;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.OddFolder;
import io.geolocsft.SparkFixture;
import io.geolocsft.geo.CellSystem;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.Wkb;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestTableStore {

  private static final TableSchema PLACES =
      new TableSchema(
          "places",
          3,
          "",
          new StructType()
              .add("name", DataTypes.StringType, false)
              .add("center", Tables.POINT, false)
              .add("seen", DataTypes.TimestampType, true)
              .add("country", DataTypes.StringType, false),
          List.of(),
          List.of("name"),
          List.of("country"));

  private static final TableSchema CLOCK =
      new TableSchema(
          "errors_clock",
          1,
          "",
          new StructType().add("seen", DataTypes.TimestampType),
          List.of(),
          List.of(),
          List.of());

  private final SparkSession spark = SparkFixture.session();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"file", "full"})
  void whatIsPublishedIsReadWithItsManifest(
      String scheme, @TempDir(factory = OddFolder.class) Path folder) {
    Lineage lineage =
        new Lineage("sft", Map.of("sft.rank", "8"), 3, "1.0", Map.of("catalogue", "abc"));
    TableStore store = TableStore.open(spark, scheme + "://" + folder).with(lineage);
    assertThat(store.has("errors_x")).isFalse();
    store.publish(Tables.errorsOf("x"), errors("a", "b", "c"));
    store.publish(Tables.errorsOf("x"), errors("a", "b"));
    assertThat(uris(store, "x")).containsExactlyInAnyOrder("a", "b");
    Manifest manifest = store.manifest("errors_x").orElseThrow();
    assertThat(manifest.rowCount()).isEqualTo(2);
    assertThat(manifest.schemaVersion()).isEqualTo(Tables.ERRORS.version());
    assertThat(manifest.settings()).containsExactly(Map.entry("sft.rank", "8"));
    assertThat(manifest.stage()).isEqualTo("sft");
    assertThat(manifest.revision()).isEqualTo(3);
    assertThat(manifest.codeVersion()).isEqualTo("1.0");
    assertThat(manifest.inputs()).containsExactly(Map.entry("catalogue", "abc"));
    assertThat(manifest.id()).isEqualTo(lineage.idOf("errors_x")).hasSize(32);
    assertThat(Instant.parse(manifest.createdAt())).isBefore(Instant.now().plusSeconds(1));
    assertThat(Instant.parse(manifest.startedAt()))
        .isBeforeOrEqualTo(Instant.parse(manifest.createdAt()));
    assertThat(folder.resolve(".staging")).isEmptyDirectory();
  }

  /** By the checksum of its page, wherever it is. */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.3, 0.5, 0.7, 0.9})
  void aFlippedBitIsNoticed(double at) throws IOException {
    TableStore store = TableStore.open(spark, folder.toString());
    String[] random =
        new Random(1).longs(20_000).mapToObj(Long::toHexString).toArray(String[]::new);
    store.publish(Tables.errorsOf("x"), errors(random).coalesce(1));
    try (Stream<Path> files = Files.list(folder.resolve("tables/errors_x"))) {
      Path part = files.filter(file -> file.toString().endsWith(".parquet")).findFirst().get();
      byte[] bytes = Files.readAllBytes(part);
      bytes[(int) (at * bytes.length)] ^= 1;
      Files.write(part, bytes);
    }
    assertThatThrownBy(() -> uris(store, "x")).hasStackTraceContaining("errors_x");
  }

  @Test
  void theIdFollowsFromInputsSettingsAndRevisionAlone() {
    Lineage lineage = lineage("c", 1, Map.of("a", "1", "b", "2"));
    assertThat(lineage.idOf("x")).isEqualTo(lineage("c", 1, Map.of("b", "2", "a", "1")).idOf("x"));
    assertThat(
            new Lineage("other", lineage.settings(), 1, "another program", lineage.inputs())
                .idOf("x"))
        .isEqualTo(lineage.idOf("x"));
    assertThat(
            Stream.of(
                    lineage("d", 1, Map.of("a", "1", "b", "2")),
                    lineage("c", 2, Map.of("a", "1", "b", "2")),
                    lineage("c", 1, Map.of("a", "1", "b", "3")),
                    lineage("c", 1, Map.of("a", "1")),
                    new Lineage("s", Map.of(), 1, "v", Map.of("s", "c", "a", "1", "b", "2")))
                .map(other -> other.idOf("x")))
        .doesNotContain(lineage.idOf("x"))
        .doesNotHaveDuplicates();
    assertThat(lineage.idOf("y")).isNotEqualTo(lineage.idOf("x"));
  }

  private static Lineage lineage(String setting, int revision, Map<String, String> inputs) {
    return new Lineage("s", Map.of("s", setting), revision, "v", inputs);
  }

  @Test
  void aTableOfOtherColumnsIsRefused() {
    TableStore store = TableStore.open(spark, folder.toString());
    Dataset<Row> rows = errors("a").drop("kind").withColumn("sort", lit(1));
    assertThatThrownBy(() -> store.publish(Tables.errorsOf("x"), rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("missing columns [kind string], other columns [sort int]");
    assertThat(store.has("errors_x")).isFalse();
  }

  @Test
  void anEmptyColumnThatMustNotBeIsRefusedAndTheOldTableStays() {
    TableStore store = TableStore.open(spark, folder.toString());
    store.publish(Tables.errorsOf("x"), errors("a"));
    Dataset<Row> rows = errors("a", "b").withColumn("kind", lit(null).cast("string"));
    assertThatThrownBy(() -> store.publish(Tables.errorsOf("x"), rows.select(columns())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Table errors_x: 2 of 2 rows have no kind");
    assertThat(uris(store, "x")).containsExactly("a");
  }

  @Test
  void errorsAreTheUnionOfAllStagesErrors() {
    TableStore store = TableStore.open(spark, folder.toString());
    assertThat(store.read(Tables.ERRORS).count()).isZero();
    store.publish(Tables.errorsOf("x"), errors("a"));
    store.publish(Tables.errorsOf("y"), errors("b", "c"));
    assertThat(store.read(Tables.ERRORS).select("uri").as(Encoders.STRING()).collectAsList())
        .containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void anUnpublishedTableIsNamed() {
    TableStore store = TableStore.open(spark, folder.toString());
    assertThatThrownBy(() -> store.read(Tables.CELLS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has no tables/cells");
  }

  @Test
  void duckDbReadsPartitionsStructsAndTimes() throws SQLException {
    TableStore store = TableStore.open(spark, folder.toString());
    Row place =
        RowFactory.create(
            "Bern", RowFactory.create(46.9, 7.4), Timestamp.from(Instant.EPOCH), "CH");
    store.publish(PLACES, spark.createDataFrame(List.of(place), PLACES.struct()));
    assertThat(
            duckDb(
                "SELECT concat_ws(' ', name, center.latitude, country, epoch(seen), typeof(seen)) FROM "
                    + "read_parquet('%s/places/*/*.parquet', hive_partitioning = true)"))
        .isEqualTo("Bern 46.9 CH 0.0 TIMESTAMP WITH TIME ZONE");
    assertThat(
            duckDb(
                "SELECT decode(value) FROM parquet_kv_metadata('%s/places/*/*.parquet') "
                    + "WHERE decode(key) = 'geolocsft.schema_version'"))
        .isEqualTo("3");
  }

  /** So that a view or a bare folder tells its columns. */
  @Test
  void aPartitionedTableWithoutRowsHasAFile() throws SQLException {
    TableStore store = TableStore.open(spark, folder.toString());
    store.publish(PLACES, spark.createDataFrame(List.of(), PLACES.struct()));
    assertThat(store.read(PLACES).collectAsList()).isEmpty();
    assertThat(
            duckDb(
                "SELECT concat_ws(' ', count(*), count(name), count(country)) FROM "
                    + "read_parquet('%s/places/**/*.parquet', hive_partitioning = true, hive_types = {'country': VARCHAR})"))
        .isEqualTo("0 0 0");
    assertThat(
            duckDb(
                "SELECT decode(value) FROM parquet_kv_metadata('%s/places/*/*.parquet') "
                    + "WHERE decode(key) = 'geolocsft.schema_version'"))
        .isEqualTo("3");
  }

  /** Of each file its own kinds of geometry and bounds; a file without rows has none. */
  @Test
  void aTableWithGeometryIsGeoParquet() throws Exception {
    TableSchema shapes =
        new TableSchema(
            "shapes",
            1,
            "",
            new StructType()
                .add("name", DataTypes.StringType, false)
                .add("geometry", DataTypes.BinaryType, false)
                .add("bbox", Tables.BBOX, false),
            List.of(),
            List.of("name"),
            List.of());
    CellSystem cells = CellSystem.of("quadtree");
    byte[] box = cells.boundaryWkb(cells.cellId(1, 1, 2));
    List<Row> rows =
        List.of(
            RowFactory.create(
                "point",
                Wkb.point(new GeoPoint(-7.5, 179.25)),
                RowFactory.create(179.25, -7.5, 179.25, -7.5)),
            RowFactory.create("box", box, RowFactory.create(0.0, 0.0, 90.0, 45.0)));
    TableStore store = TableStore.open(spark, folder.toString());
    store.publish(shapes, spark.createDataFrame(rows, shapes.struct()).coalesce(1));
    assertThat(geo())
        .isEqualTo(
            "{\"version\":\"1.1.0\",\"primary_column\":\"geometry\",\"columns\":{\"geometry\":{"
                + "\"encoding\":\"WKB\",\"geometry_types\":[\"Point\",\"Polygon\"],"
                + "\"bbox\":[0.0,-7.5,179.25,45.0],"
                + "\"covering\":{\"bbox\":{\"xmin\":[\"bbox\",\"xmin\"],\"ymin\":[\"bbox\",\"ymin\"],"
                + "\"xmax\":[\"bbox\",\"xmax\"],\"ymax\":[\"bbox\",\"ymax\"]}}}}}");
    assertThat(
            duckDb(
                "SELECT string_agg(concat_ws(' ', typeof(geometry), geometry), '; ' ORDER BY name DESC) FROM '%s/shapes/*.parquet'"))
        .isEqualTo(
            "GEOMETRY('OGC:CRS84') POINT (179.25 -7.5); "
                + "GEOMETRY('OGC:CRS84') POLYGON ((0 0, 0 45, 90 45, 90 0, 0 0))");
    store.publish(shapes, spark.createDataFrame(List.of(), shapes.struct()));
    assertThat(geo()).contains("\"geometry_types\":[]").doesNotContain("\"bbox\":[0");
  }

  private String geo() throws SQLException {
    return duckDb(
        "SELECT decode(value) FROM parquet_kv_metadata('%s/shapes/*.parquet') WHERE decode(key) = 'geo'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "full"})
  void aFolderIsPublishedAsAWhole(String scheme) throws Exception {
    TableStore store = TableStore.open(spark, scheme + "://" + folder);
    assertThat(store.directory("adapter")).isEmpty();
    store.publishDirectory("adapter", path -> Files.writeString(path.resolve("a"), "1"));
    assertThatThrownBy(
            () ->
                store.publishDirectory(
                    "adapter",
                    path -> {
                      Files.writeString(path.resolve("a"), "2");
                      throw new IOException("torn");
                    }))
        .hasMessage("torn");
    try (InputStream in = store.directory("adapter").orElseThrow().open("a")) {
      assertThat(in).hasContent("1");
    }
    assertThat(store.manifest("adapter").orElseThrow().rowCount()).isEqualTo(-1);
  }

  @Test
  void scratchIsKeptForTheSameLineageOnly() throws IOException {
    TableStore store = TableStore.open(spark, folder.toString());
    TableStore other = store.with(lineage("c", 1, Map.of()));
    store.scratch("sft").create("a/checkpoint").close();
    assertThat(store.scratch("sft").list("a")).containsOnlyKeys("checkpoint");
    assertThat(other.scratch("sft").list("")).isEmpty();
    store.scratch("infer").create("part").close();
    store.clearScratch("sft");
    assertThat(folder.resolve(".scratch")).isDirectoryContaining("glob:**/infer-*");
    store.clearScratch("infer");
    assertThat(folder.resolve(".scratch")).doesNotExist();
  }

  @Test
  void timesAreStandardParquetTimes() throws SQLException {
    TableStore store = TableStore.open(spark, folder.toString());
    Row row = RowFactory.create(Timestamp.from(Instant.EPOCH));
    store.publish(CLOCK, spark.createDataFrame(List.of(row), CLOCK.struct()));
    assertThat(
            duckDb(
                "SELECT type FROM parquet_schema('%s/errors_clock/*.parquet') WHERE name = 'seen'"))
        .isEqualTo("INT64");
  }

  private String duckDb(String query) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query.formatted(folder + "/tables"))) {
      assertThat(result.next()).isTrue();
      return result.getString(1);
    }
  }

  private Dataset<Row> errors(String... uris) {
    List<Row> rows =
        Stream.of(uris)
            .map(uri -> RowFactory.create("x", "r", "n", null, uri, "k", "m", null))
            .toList();
    return spark.createDataFrame(rows, Tables.ERRORS.struct());
  }

  private static Column[] columns() {
    return Stream.of(Tables.ERRORS.struct().fieldNames())
        .map(functions::col)
        .toArray(Column[]::new);
  }

  private static List<String> uris(TableStore store, String stage) {
    return store.read(Tables.errorsOf(stage)).select("uri").as(Encoders.STRING()).collectAsList();
  }
}
