package io.geolocsft.table;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a table's Parquet footers say beside its columns. */
final class Footer {

  /**
   * GeoParquet 1.1: without a {@code crs} it is longitude and latitude on WGS84, and an empty list
   * of geometry types allows any. See https://geoparquet.org/releases/v1.1.0/
   */
  private static final String GEO =
      """
      {"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB",\
      "geometry_types":[],"covering":{"bbox":{"xmin":["bbox","xmin"],"ymin":["bbox","ymin"],\
      "xmax":["bbox","xmax"],"ymax":["bbox","ymax"]}}}}}""";

  private Footer() {}

  static Map<String, String> of(TableSchema table) {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("geolocsft.table", table.name());
    entries.put("geolocsft.schema_version", String.valueOf(table.version()));
    if (Arrays.asList(table.struct().fieldNames()).contains("geometry")) {
      entries.put("geo", GEO);
    }
    return entries;
  }
}
