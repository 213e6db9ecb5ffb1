package io.geolocsft.stage.bin;

import static io.geolocsft.stage.CatalogueFixture.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.SparkFixture;
import io.geolocsft.config.ConfigFixture;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.geo.CellSystem;
import io.geolocsft.geo.PopulationDensity;
import io.geolocsft.stage.CatalogueFixture;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.io.WKBWriter;

class TestBin {

  private final SparkSession spark = SparkFixture.session();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"s2", "h3"})
  void saysWhereImagesLie(String system) {
    List<Row> images =
        List.of(
            image("paris", "train", 48.8566, 2.3522),
            image("nairobi", "train", -1.29, 36.82),
            image("fiji", "bench", -16.8, -179.9),
            image("atlantic", "train", 30, -45));
    TableStore tables = run(images, "bin.cell_system=" + system, "bin.level=7", "bin.min_images=1");
    CellSystem cells = CellSystem.of(system);
    List<Row> rows = tables.read(Tables.BINNED).collectAsList();
    Map<String, Row> binned =
        rows.stream().collect(Collectors.toMap(row -> row.getAs("image_id"), Function.identity()));
    assertThat(binned.get("paris").<String>getAs("country")).isEqualTo("FR");
    assertThat(binned.get("paris").<String>getAs("region")).isEqualTo("Europe");
    assertThat(binned.get("paris").<String>getAs("admin1")).isEqualTo("FR-75");
    assertThat(binned.get("nairobi").<String>getAs("country")).isEqualTo("KE");
    assertThat(binned.get("fiji").<String>getAs("country")).isEqualTo("FJ");
    assertThat(binned.get("atlantic").<String>getAs("country")).isNull();
    assertThat(binned.get("atlantic").<String>getAs("region")).isNull();
    assertThat(binned.get("atlantic").<Double>getAs("population_density")).isZero();
    assertThat(binned.get("paris").<Double>getAs("population_density"))
        .isEqualTo(PopulationDensity.geonames().perSquareKm(48.8566, 2.3522));
    long cell = cells.cellId(48.8566, 2.3522, 7);
    assertThat(binned.get("paris").<Long>getAs("cell_id")).isEqualTo(cell);
    assertThat(binned.get("paris").<String>getAs("cell_token")).isEqualTo(cells.token(cell));
    assertThat(binned.get("paris").<String>getAs("sha256")).isEqualTo("sha-paris");
    assertThat(rows).extracting(row -> row.<Long>getAs("cell_id")).isSorted();
  }

  @Test
  void leavesHoldTheTrainingImages() {
    TableStore tables =
        run(CatalogueFixture.skewed(1, 2_000), "bin.min_images=3", "bin.max_images=40");
    List<Row> cells = tables.read(Tables.PARTITION).collectAsList();
    assertThat(cells)
        .extracting(row -> row.<Long>getAs("leaf_cell_id"))
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(cells)
        .allMatch(row -> row.<Long>getAs("image_count") >= 3)
        .allMatch(row -> row.<Long>getAs("image_count") <= 40 || row.<Integer>getAs("level") == 13);
    assertThat(cells.stream().mapToLong(row -> row.getAs("image_count")).sum())
        .isBetween(1_000L, 1_900L);
    Row first = cells.get(0);
    Row center = first.getAs("center");
    Row box = first.getAs("bbox");
    assertThat(center.getDouble(1)).isBetween(box.getDouble(0), box.getDouble(2));
    assertThat(center.getDouble(0)).isBetween(box.getDouble(1), box.getDouble(3));
  }

  /** As a GeoParquet of provinces has them, and the Gridded Population of the World. */
  @Test
  void takesAreasOutOfParquetAndARaster() throws IOException {
    GeometryFactory geometries = new GeometryFactory();
    byte[] square = new WKBWriter().write(geometries.toGeometry(new Envelope(0, 10, 40, 50)));
    StructType struct =
        new StructType()
            .add("code", DataTypes.StringType)
            .add("name", DataTypes.StringType)
            .add("geometry", DataTypes.BinaryType);
    Path provinces = folder.resolve("provinces.parquet");
    spark
        .createDataFrame(List.of(RowFactory.create("FR-XX", "Square", square)), struct)
        .write()
        .parquet(provinces.toString());
    Path density =
        Files.writeString(
            folder.resolve("density.asc"),
            "ncols 2\nnrows 1\nxllcorner -180\nyllcorner -90\ncellsize 180\n1.5 2.5\n");
    TableStore tables =
        run(
            List.of(image("paris", "train", 48.8566, 2.3522), image("atlantic", "train", 30, -45)),
            "bin.min_images=1",
            "bin.admin1=" + provinces,
            "bin.density=" + density);
    Map<String, Row> binned =
        tables.read(Tables.BINNED).collectAsList().stream()
            .collect(Collectors.toMap(row -> row.getAs("image_id"), Function.identity()));
    assertThat(binned.get("paris").<String>getAs("admin1")).isEqualTo("FR-XX");
    assertThat(binned.get("paris").<Double>getAs("population_density")).isEqualTo(2.5);
    assertThat(binned.get("paris").<Double>getAs("nearest_place_km")).isLessThan(2);
    assertThat(binned.get("atlantic").<String>getAs("admin1")).isNull();
    assertThat(binned.get("atlantic").<Double>getAs("population_density")).isEqualTo(1.5);
    assertThat(binned.get("atlantic").<Double>getAs("nearest_place_km")).isGreaterThan(1_000);
    byte[] point = new WKBWriter().write(geometries.createPoint());
    for (byte[] wrong : List.of(point, new byte[] {1, 3, 0}, new byte[0])) {
      spark
          .createDataFrame(List.of(RowFactory.create("FR-XX", "Square", wrong)), struct)
          .write()
          .mode("overwrite")
          .parquet(provinces.toString());
      assertThatThrownBy(
              () ->
                  run(List.of(image("paris", "train", 48.8566, 2.3522)), "bin.admin1=" + provinces))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("provinces.parquet: row 1");
    }
  }

  @Test
  void takesTheUsersCountriesAndPlaces() throws IOException {
    Path countries =
        Files.writeString(
            folder.resolve("countries.geojson"),
            """
            {"type": "FeatureCollection", "features": [{"type": "Feature",
             "properties": {"code": "QQ", "name": "Q", "continent": "Lost"},
             "geometry": {"type": "Polygon", "coordinates": [[[-46,29],[-44,29],[-44,31],[-46,31],[-46,29]]]}}]}
            """);
    Path places =
        Files.writeString(
            folder.resolve("places.csv"), "latitude,longitude,population\n30,-45,7853982\n");
    TableStore tables =
        run(
            List.of(image("atlantic", "train", 30, -45)),
            "bin.min_images=1",
            "bin.countries=" + countries,
            "bin.places=" + places);
    Row row = tables.read(Tables.BINNED).head();
    assertThat(row.<String>getAs("country")).isEqualTo("QQ");
    assertThat(row.<String>getAs("region")).isEqualTo("Lost");
    assertThat(row.<Double>getAs("population_density")).isCloseTo(1_000, within(0.01));
    assertThat(new Bin().externalInputs(config("bin.places=" + places)))
        .containsOnlyKeys("bin.places");
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    List<Row> one = List.of(image("a", "train", 1, 1));
    assertThatThrownBy(() -> run(one, "bin.countries=/nowhere.geojson"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("There is no file /nowhere.geojson");
    Path places = Files.writeString(folder.resolve("bad.csv"), "lat,lon\n");
    assertThatThrownBy(() -> run(one, "bin.places=" + places))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no column 'latitude'");
    assertThatThrownBy(() -> run(one, "bin.min_images=2"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("bin.min_images = 2 of the 1 training images");
    assertThatThrownBy(() -> run(List.of(image("a", "bench", 1, 1))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no training image");
  }

  private TableStore run(List<Row> images, String... sets) {
    TableStore tables = TableStore.open(spark, folder.resolve("out").toString());
    tables.publish(Tables.CATALOGUE, spark.createDataFrame(images, Tables.CATALOGUE.struct()));
    new Bin().run(StageContext.quiet(spark, config(sets), tables));
    return tables;
  }

  private static PipelineConfig config(String... sets) {
    return ConfigFixture.with(new ArrayList<>(List.of(sets)).toArray(String[]::new));
  }
}
