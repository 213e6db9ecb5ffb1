package io.geolocsft.stage.bin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.SparkFixture;
import io.geolocsft.config.ConfigFixture;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.failure.DataException;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.stage.CatalogueFixture;
import io.geolocsft.stage.Progress;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestMisreadSets {

  /** Capitals of Europe and their countries. */
  private static final List<City> EUROPE =
      List.of(
          new City("GB", 51.51, -0.13),
          new City("FR", 48.86, 2.35),
          new City("DE", 52.52, 13.41),
          new City("ES", 40.42, -3.7),
          new City("IT", 41.9, 12.5),
          new City("AT", 48.21, 16.37),
          new City("NO", 59.91, 10.75),
          new City("SE", 59.33, 18.07),
          new City("DK", 55.68, 12.57),
          new City("IE", 53.35, -6.26),
          new City("GR", 37.98, 23.73),
          new City("PL", 52.23, 21.01));

  private static final List<City> AMERICA =
      List.of(
          new City("US", 38.9, -77.04),
          new City("US", 40.71, -74.01),
          new City("US", 34.05, -118.24),
          new City("MX", 19.43, -99.13),
          new City("BR", -15.79, -47.88));

  /** On ships, reefs and islands, all in the ocean. */
  private static final List<City> AT_SEA =
      List.of(
          new City(null, 12.5, 58),
          new City(null, 5, 64),
          new City(null, -5, 58),
          new City(null, 15, 63),
          new City(null, -20, 70),
          new City(null, -30, 60));

  private final SparkSession spark = SparkFixture.session();
  private final List<String> told = new ArrayList<>();

  @TempDir Path folder;

  private record City(String country, double lat, double lon) {}

  @Test
  void aSwappedCatalogueStopsAndNamesTheColumns() {
    List<Row> swapped = images("train", EUROPE, TestMisreadSets::swapped, false);
    assertThatThrownBy(
            () -> bin(swapped, "ingest.columns.latitude=y", "ingest.columns.longitude=x"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("of 12 images of 'train'")
        .hasMessageContaining("with latitude and longitude exchanged: swapped?")
        .hasMessageContaining("ingest.columns.latitude ('y') and ingest.columns.longitude ('x')")
        .hasMessageContaining("bin.max_misread_share");
    assertThat(store().has(Tables.BINNED.name())).isFalse();
    bin(swapped, "bin.max_misread_share=1");
    assertThat(told).singleElement().asString().startsWith("warning: ").contains("swapped?");
  }

  @Test
  void aSwappedBenchmarkStopsToo() {
    List<Row> images = images("train", EUROPE, point -> point, false);
    images.addAll(images("photos", EUROPE, TestMisreadSets::swapped, false));
    assertThatThrownBy(() -> bin(images, "benchmarks=[{name: photos, images: x, table: y.csv}]"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("of 'photos'")
        .hasMessageContaining("benchmarks[0].columns.latitude ('latitude')")
        .hasMessageNotContaining("'train'");
  }

  /** On land both ways, so that the stated country alone tells. */
  @Test
  void lostSignsStopWhereCountriesAreStated() {
    List<Row> east = images("train", AMERICA, at -> point(at.latitude(), -at.longitude()), true);
    assertThatThrownBy(() -> bin(east))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("5 of 5 images")
        .hasMessageContaining("with the sign of their longitudes flipped: was it lost?");
    List<Row> unstated =
        images("train", AMERICA, at -> point(at.latitude(), -at.longitude()), false);
    bin(unstated);
    assertThat(told).isEmpty();
  }

  @Test
  void swappedOnLandStopsWhereCountriesAreStated() {
    assertThatThrownBy(() -> bin(images("train", EUROPE, TestMisreadSets::swapped, true)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("12 of 12 images")
        .hasMessageContaining("swapped?");
  }

  @Test
  void aPartThatIsSwappedIsTold() {
    List<Row> images = images("train", EUROPE, point -> point, false);
    for (int i = 0; i < 4; i++) {
      images.addAll(images("train", AMERICA, point -> point, false));
    }
    images.addAll(images("train", EUROPE, TestMisreadSets::swapped, false));
    bin(images);
    assertThat(told).singleElement().asString().contains("of 44 images", "swapped?");
  }

  @Test
  void rightPositionsPass() {
    bin(images("train", EUROPE, point -> point, true));
    bin(images("train", EUROPE, point -> point, false));
    bin(images("train", AMERICA, point -> point, true));
    assertThat(told).isEmpty();
    bin(images("train", AT_SEA, point -> point, false));
    assertThat(told).singleElement().asString().contains("select.rules.reject_swapped");
  }

  private static GeoPoint swapped(GeoPoint point) {
    return point(point.longitude(), point.latitude());
  }

  private static GeoPoint point(double lat, double lon) {
    return new GeoPoint(lat, lon);
  }

  private static List<Row> images(
      String split, List<City> cities, UnaryOperator<GeoPoint> misreading, boolean stated) {
    List<Row> rows = new ArrayList<>();
    for (City city : cities) {
      GeoPoint at = misreading.apply(point(city.lat(), city.lon()));
      Row image =
          CatalogueFixture.image(
              split + rows.size() + city.country(), split, at.latitude(), at.longitude());
      rows.add(stated ? CatalogueFixture.with(image, "stated_country", city.country()) : image);
    }
    return rows;
  }

  private void bin(List<Row> images, String... sets) {
    List<String> all = new ArrayList<>(List.of(sets));
    all.add("bin.min_images=1");
    PipelineConfig config = ConfigFixture.with(all.toArray(String[]::new));
    TableStore tables = store();
    tables.publish(Tables.CATALOGUE, spark.createDataFrame(images, Tables.CATALOGUE.struct()));
    new Bin().run(new ToldContext(spark, config, tables, told));
  }

  private TableStore store() {
    return TableStore.open(spark, folder.resolve("out").toString());
  }

  private record ToldContext(
      SparkSession spark, PipelineConfig config, TableStore tables, List<String> told)
      implements StageContext {

    @Override
    public Progress progress(String label, long total, String unit) {
      return done -> {};
    }

    @Override
    public void tell(String text) {
      told.add(text);
    }
  }
}
