package io.geolocsft.stage.ingest.listing;

import java.util.Locale;
import java.util.Set;

/**
 * Files that lie beside pictures and are none by their names: films, tables, and what phones,
 * Google Takeout and file managers leave.
 */
final class Companions {

  private static final Set<String> NAMES = Set.of("thumbs.db", "desktop.ini", "_success");

  private static final Set<String> ENDS =
      Set.of(
          "3gp", "aae", "avi", "crc", "csv", "db", "gpx", "htm", "html", "ini", "json", "jsonl",
          "kml", "kmz", "log", "m4v", "md", "md5", "mkv", "mov", "mp", "mp3", "mp4", "mpg", "mts",
          "ndjson", "parquet", "pdf", "sha256", "srt", "tsv", "txt", "url", "wav", "webm", "wmv",
          "xml", "xmp", "yaml", "yml");

  private Companions() {}

  /** Whether a file, of which nothing but its name is known, is one. */
  static boolean isOne(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    return NAMES.contains(name) || ENDS.contains(name.substring(name.lastIndexOf('.') + 1));
  }
}
