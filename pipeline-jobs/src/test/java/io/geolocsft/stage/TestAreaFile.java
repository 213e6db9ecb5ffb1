package io.geolocsft.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.OddFolder;
import io.geolocsft.SparkFixture;
import io.geolocsft.geo.Country;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.io.WKBWriter;

class TestAreaFile {

  private static final SparkSession SPARK = SparkFixture.session();

  @TempDir(factory = OddFolder.class)
  private static Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    Files.writeString(
        folder.resolve("areas: #1.geojson"),
        """
        {"type": "FeatureCollection", "features": [{"type": "Feature",
         "properties": {"code": "QQ", "name": "Q", "continent": "Lost"},
         "geometry": {"type": "Polygon", "coordinates": [[[1,1],[2,1],[2,2],[1,2],[1,1]]]}}]}
        """);
    Path table = folder.resolve("[a]{b,c} 100% %20: é.parquet");
    byte[] square =
        new WKBWriter().write(new GeometryFactory().toGeometry(new Envelope(1, 2, 1, 2)));
    SPARK
        .createDataFrame(
            List.of(RowFactory.create("QQ", square)),
            new StructType()
                .add("code", DataTypes.StringType)
                .add("geometry", DataTypes.BinaryType))
        .coalesce(1)
        .write()
        .parquet(table.toString());
    try (var parts = Files.newDirectoryStream(table, "*.parquet")) {
      Files.copy(parts.iterator().next(), folder.resolve("one: #1 %41?.parquet"));
    }
  }

  /** GeoJSON, a folder of Parquet files, and one such file. */
  @ParameterizedTest
  @ValueSource(
      strings = {"areas: #1.geojson", "[a]{b,c} 100% %20: é.parquet", "one: #1 %41?.parquet"})
  void aNameMeansItself(String name) {
    String location = folder.resolve(name).toString();
    assertThat(AreaFile.read(location, "bin.admin1", SPARK).index().locate(1.5, 1.5))
        .map(Country::code)
        .contains("QQ");
  }
}
