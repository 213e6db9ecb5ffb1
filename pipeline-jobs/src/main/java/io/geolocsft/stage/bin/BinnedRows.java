package io.geolocsft.stage.bin;

import com.google.common.collect.Iterators;
import io.geolocsft.geo.CellSystem;
import io.geolocsft.geo.Country;
import io.geolocsft.stage.GeoReference;
import io.geolocsft.table.Tables;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** Rows of the catalogue to rows of {@code binned}, whose leaves are known only when all are. */
final class BinnedRows implements MapPartitionsFunction<Row, Row> {

  /** Of the rows without the leaf, the last column. */
  static final StructType SCHEMA = withoutLast(Tables.BINNED.struct());

  private static final long serialVersionUID = 1L;
  private static final List<String> COLUMNS = List.of(SCHEMA.fieldNames());
  private static final int LATITUDE = COLUMNS.indexOf("latitude");
  private static final int LONGITUDE = COLUMNS.indexOf("longitude");
  private static final int COUNTRY = COLUMNS.indexOf("country");
  private static final int REGION = COLUMNS.indexOf("region");
  private static final int DENSITY = COLUMNS.indexOf("population_density");
  private static final int ADMIN1 = COLUMNS.indexOf("admin1");
  private static final int NEAREST = COLUMNS.indexOf("nearest_place_km");
  private static final int CELL_ID = COLUMNS.indexOf("cell_id");
  private static final int CELL_TOKEN = COLUMNS.indexOf("cell_token");

  private final Broadcast<GeoReference> geography;

  BinnedRows(Broadcast<GeoReference> geography) {
    this.geography = geography;
  }

  private static StructType withoutLast(StructType struct) {
    return new StructType(Arrays.copyOf(struct.fields(), struct.size() - 1));
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    GeoReference earth = geography.value();
    return Iterators.transform(rows, row -> binned(row, earth));
  }

  private static Row binned(Row row, GeoReference earth) {
    double lat = row.getDouble(LATITUDE);
    double lon = row.getDouble(LONGITUDE);
    Object[] values = new Object[COLUMNS.size()];
    for (int i = 0; i < row.length(); i++) {
      values[i] = row.get(i);
    }
    Optional<Country> country = earth.countries().locate(lat, lon);
    values[COUNTRY] = country.map(Country::code).orElse(null);
    values[REGION] = country.map(Country::continent).filter(name -> !name.isEmpty()).orElse(null);
    values[ADMIN1] = earth.admin1(lat, lon);
    values[DENSITY] = earth.density(lat, lon);
    values[NEAREST] = earth.nearestPlaceKm(lat, lon);
    CellSystem cells = earth.cells();
    long cell = cells.cellId(lat, lon, earth.settings().level());
    values[CELL_ID] = cell;
    values[CELL_TOKEN] = cells.token(cell);
    return RowFactory.create(values);
  }
}
