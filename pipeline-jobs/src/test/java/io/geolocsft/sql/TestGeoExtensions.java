package io.geolocsft.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.base.Throwables;
import com.google.common.geometry.S2CellId;
import com.google.common.geometry.S2LatLng;
import com.uber.h3core.H3Core;
import io.geolocsft.SparkFixture;
import io.geolocsft.geo.CellSystem;
import io.geolocsft.geo.PopulationDensity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import net.sf.geographiclib.Geodesic;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TestGeoExtensions {

  private static final long SEED = 17;

  private static final StructType PAIRS =
      new StructType()
          .add("lat", DataTypes.DoubleType)
          .add("lon", DataTypes.DoubleType)
          .add("lat2", DataTypes.DoubleType)
          .add("lon2", DataTypes.DoubleType);

  private final SparkSession spark = SparkFixture.compiling();

  @Test
  void idsAreTheLibrariesOwn() throws IOException {
    H3Core h3 = H3Core.newInstance();
    List<Row> rows =
        pairs(20_000)
            .selectExpr(
                "lat",
                "lon",
                "s2_cell_id(lat, lon, 12)",
                "s2_token(s2_cell_id(lat, lon, 12))",
                "s2_parent(s2_cell_id(lat, lon, 12), 5)",
                "h3_cell_id(lat, lon, 7)",
                "h3_token(h3_cell_id(lat, lon, 7))",
                "h3_parent(h3_cell_id(lat, lon, 7), 2)")
            .collectAsList();
    assertThat(rows).hasSize(20_000);
    for (Row row : rows) {
      double lat = row.getDouble(0);
      double lon = row.getDouble(1);
      S2CellId s2 = S2CellId.fromLatLng(S2LatLng.fromDegrees(lat, lon)).parent(12);
      assertThat(row.getLong(2)).as("%s, %s", lat, lon).isEqualTo(s2.id());
      assertThat(row.getString(3)).isEqualTo(s2.toToken());
      assertThat(row.getLong(4)).isEqualTo(s2.parent(5).id());
      long id = h3.latLngToCell(lat, lon, 7);
      assertThat(row.getLong(5)).as("%s, %s", lat, lon).isEqualTo(id);
      assertThat(row.getString(6)).isEqualTo(h3.h3ToString(id));
      assertThat(row.getLong(7)).isEqualTo(h3.cellToParent(id, 2));
    }
  }

  @Test
  void callsKeepTheirNames() {
    pairs(10).createOrReplaceTempView("named_pairs");
    Dataset<Row> rows =
        spark.sql(
            "SELECT s2_cell_id(lat, lon, 10), s2_token(s2_cell_id(lat, 2, 3)), grid_cell(lat, lon),"
                + " grid_cell(lat, lon, 9, 18), great_circle_km(lat, lon, lat2, lon2),"
                + " country_code(lat, lon) FROM named_pairs");
    assertThat(rows.columns())
        .containsExactly(
            "s2_cell_id(lat, lon, 10)",
            "s2_token(s2_cell_id(lat, 2, 3))",
            "grid_cell(lat, lon)",
            "grid_cell(lat, lon, 9, 18)",
            "great_circle_km(lat, lon, lat2, lon2)",
            "country_code(lat, lon)");
    Dataset<Row> counted =
        spark.sql(
            "SELECT s2_cell_id(lat, lon, 1), count(*) FROM named_pairs"
                + " GROUP BY s2_cell_id(lat, lon, 1) ORDER BY s2_cell_id(lat, lon, 1)");
    assertThat(counted.columns()[0]).isEqualTo("s2_cell_id(lat, lon, 1)");
    assertThat(counted.collectAsList().stream().mapToLong(row -> row.getLong(1)).sum())
        .isEqualTo(spark.table("named_pairs").count());
    assertThat(counted.queryExecution().toString())
        .contains("s2_cell_id(lat")
        .doesNotContain("static_invoke");
  }

  @Test
  void distancesAreThoseOfGeographicLib() {
    Geodesic sphere = new Geodesic(6_371_008.8, 0);
    List<Row> rows =
        pairs(100_000)
            .selectExpr(
                "lat",
                "lon",
                "lat2",
                "lon2",
                "great_circle_km(lat, lon, lat2, lon2)",
                "geodesic_km(lat, lon, lat2, lon2)")
            .collectAsList();
    assertThat(rows).hasSize(100_000);
    for (Row row : rows) {
      double meters = inverse(sphere, row);
      assertThat(row.getDouble(4)).isCloseTo(meters / 1000, within(1e-8 + meters * 1e-14));
      double geodesic = inverse(Geodesic.WGS84, row);
      assertThat(row.getDouble(5)).isCloseTo(geodesic / 1000, within(geodesic * 1e-12));
    }
  }

  private static double inverse(Geodesic earth, Row row) {
    return earth.Inverse(row.getDouble(0), row.getDouble(1), row.getDouble(2), row.getDouble(3))
        .s12;
  }

  @ParameterizedTest
  @CsvSource({"s2, 9", "h3, 4", "quadtree, 9"})
  void cellsAreDescribed(String system, int level) {
    CellSystem cells = CellSystem.of(system);
    List<Row> rows =
        pairs(200)
            .selectExpr(String.format(Locale.ROOT, "%s_cell_id(lat, lon, %d) AS id", system, level))
            .selectExpr(
                "id",
                system + "_level(id)",
                system + "_center(id)",
                system + "_boundary(id)",
                system + "_area_km2(id)",
                system + "_token(id)")
            .collectAsList();
    assertThat(rows).hasSize(200);
    for (Row row : rows) {
      long id = row.getLong(0);
      assertThat(row.getInt(1)).isEqualTo(level);
      Row center = row.getStruct(2);
      assertThat(center.<Double>getAs("latitude")).isEqualTo(cells.center(id).latitude());
      assertThat(center.<Double>getAs("longitude")).isEqualTo(cells.center(id).longitude());
      assertThat(row.<byte[]>getAs(3)).isEqualTo(cells.boundaryWkb(id));
      assertThat(row.getDouble(4)).isEqualTo(cells.areaSquareKm(id));
      assertThat(row.getString(5)).isEqualTo(cells.token(id));
    }
  }

  static List<GeoFunction> functions() {
    return GeoExtensions.functions();
  }

  /** Every function: its example, null for null, its place in generated code, its description. */
  @ParameterizedTest
  @MethodSource("functions")
  void functionIsWhatItSays(GeoFunction function) {
    Dataset<Row> example = spark.sql("SELECT %s AS value".formatted(function.example()));
    assertThat(example.first().isNullAt(0)).isFalse();
    int count = function.parameters().split("\\[")[0].split(",").length;
    for (int nothing = 0; nothing < count; nothing++) {
      List<String> arguments = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        arguments.add(i == nothing ? "CAST(NULL AS INT)" : "5");
      }
      String call = "%s(%s)".formatted(function.name(), String.join(", ", arguments));
      assertThat(spark.sql("SELECT " + call).first().isNullAt(0)).as(call).isTrue();
    }
    assertThat(
            spark.sql("DESCRIBE FUNCTION EXTENDED " + function.name()).collectAsList().toString())
        .contains(function.name() + "(" + function.parameters() + ")", function.example());
    assertThatThrownBy(() -> spark.sql("SELECT %s()".formatted(function.name())))
        .hasMessageContaining("WRONG_NUM_ARGS");
  }

  @Test
  void runsInsideWholeStageCodeGeneration() {
    Dataset<Row> cells =
        spark
            .range(10)
            .selectExpr("double(id) lat", "-id lon", "double(id) lat2", "id lon2")
            .selectExpr(
                "s2_cell_id(lat, lon, 12)",
                "h3_token(h3_cell_id(lat, lon, 5))",
                "grid_cell(lat, lon)",
                "great_circle_km(lat, lon, lat2, lon2)");
    String code =
        org.apache.spark.sql.execution.debug.package$.MODULE$.codegenString(
            cells.queryExecution().executedPlan());
    assertThat(code)
        .contains("Found 1 WholeStageCodegen subtrees")
        .contains("io.geolocsft.sql.GeoFunctions.cellId(")
        .contains("io.geolocsft.sql.GeoFunctions.token(")
        .contains("io.geolocsft.sql.GeoFunctions.distance(");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s2_cell_id(91, 0, 5) | latitude 91.0 (allowed -90 to 90)",
        "s2_cell_id(double('NaN'), 0, 5) | latitude NaN",
        "h3_cell_id(0, 180.5, 5) | longitude 180.5 (allowed -180 to 180)",
        "s2_cell_id(0, 0, 31) | s2 has no level 31 (allowed 0 to 30)",
        "h3_cell_id(0, 0, -1) | h3 has no level -1 (allowed 0 to 15)",
        "s2_token(2) | Not a cell id of s2: 2",
        "h3_boundary(-1) | Not a cell id of h3: -1",
        "s2_parent(s2_cell_id(0, 0, 4), 5) | A cell of level 4 has no parent of level 5",
        "grid_cell(0, 0, 0, 5) | must be constant INTs from 1 to 1000000, not 0",
        "geodesic_km(0, 0, 0, -181) | longitude -181.0",
        "country_code(-90.5, 0) | latitude -90.5",
        "population_density(0, 200) | longitude 200.0"
      })
  void saysWhatIsWrong(String call, String message) {
    // A column, or the optimizer would compute it.
    assertThatThrownBy(() -> spark.sql("SELECT " + call + " FROM range(1)").collectAsList())
        .satisfies(
            thrown -> assertThat(Throwables.getStackTraceAsString(thrown)).contains(message));
  }

  @Test
  void placesAreTold() {
    Row row =
        spark
            .sql(
                "SELECT country_code(48.8584, 2.2945), continent(-33.87, 151.2), country_code(0, -150),"
                    + " population_density(48.8584, 2.2945), remoteness_km(0, -150)")
            .first();
    assertThat(row.getString(0)).isEqualTo("FR");
    assertThat(row.getString(1)).isEqualTo("Oceania");
    assertThat(row.isNullAt(2)).isTrue();
    PopulationDensity density = PopulationDensity.geonames();
    assertThat(row.getDouble(3)).isEqualTo(density.perSquareKm(48.8584, 2.2945)).isPositive();
    assertThat(row.getDouble(4)).isEqualTo(density.nearestPlaceKm(0, -150)).isPositive();
  }

  @Test
  void gridTakesConstantsOnly() {
    assertThat(spark.sql("SELECT grid_cell(0, 0, 2, 4), grid_cell(-90, -180)").first())
        .isEqualTo(RowFactory.create(7L, 1L));
    assertThatThrownBy(() -> spark.sql("SELECT grid_cell(0, 0, id, id) FROM range(3)"))
        .hasMessageContaining("rows and columns must be constant INTs");
    assertThatThrownBy(() -> spark.sql("SELECT grid_cell(0, 0, 5)"))
        .hasMessageContaining("WRONG_NUM_ARGS");
  }

  private Dataset<Row> pairs(int count) {
    Random random = new Random(SEED);
    List<Row> rows = new ArrayList<>();
    double corner = Math.toDegrees(Math.atan(Math.sqrt(0.5)));
    for (double lat : new double[] {-90, -corner, 0, corner, 90}) {
      for (double lon = -180; lon <= 180; lon += 45) {
        rows.add(RowFactory.create(lat, lon, -lat, lon == 0 ? 180.0 : 0.0));
      }
    }
    while (rows.size() < count) {
      double lat = Math.toDegrees(Math.asin(random.nextDouble(-1, 1)));
      double lon = random.nextDouble(-180, 180);
      boolean near = rows.size() % 2 == 0;
      rows.add(
          RowFactory.create(
              lat,
              lon,
              near
                  ? Math.max(-90, Math.min(90, lat + random.nextGaussian()))
                  : random.nextDouble(-90, 90),
              near
                  ? Math.IEEEremainder(lon + random.nextGaussian(), 360)
                  : random.nextDouble(-180, 180)));
    }
    return spark.createDataFrame(rows, PAIRS);
  }
}
