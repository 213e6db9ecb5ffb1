package io.geolocsft.table;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a table's Parquet footers say beside its columns. */
final class Footer {

  private Footer() {}

  static Map<String, String> of(TableSchema table) {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("geolocsft.table", table.name());
    entries.put("geolocsft.schema_version", String.valueOf(table.version()));
    return entries;
  }
}
