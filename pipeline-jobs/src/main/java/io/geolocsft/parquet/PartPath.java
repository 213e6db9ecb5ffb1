package io.geolocsft.parquet;

import java.io.Serializable;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;

/**
 * Where a file of a Parquet table lies below its folder.
 *
 * @param text {@code country=FR/part-0.parquet}
 */
public record PartPath(String text) implements Serializable {

  /** Of both the path as Hadoop has it. */
  static PartPath of(Path root, String file) {
    return of(root.toUri().getPath(), new Path(file).toUri().getPath());
  }

  /**
   * @param root path of the folder, without a scheme
   * @param uri of the file, as Spark encodes it
   */
  public static PartPath ofUri(String root, String uri) {
    return of(root, URI.create(uri).getPath());
  }

  private static PartPath of(String root, String path) {
    return new PartPath(path.substring(root.length()).replaceFirst("^/+", ""));
  }

  /** What Hive's names of folders say, as text; where that is not a value, null. */
  public Map<String, String> columns() {
    Map<String, String> columns = new HashMap<>();
    String[] parts = text.split("/");
    for (int i = 0; i < parts.length - 1; i++) {
      int equals = parts[i].indexOf('=');
      if (equals > 0) {
        String value = ExternalCatalogUtils.unescapePathName(parts[i].substring(equals + 1));
        columns.put(
            ExternalCatalogUtils.unescapePathName(parts[i].substring(0, equals)),
            value.equals(ExternalCatalogUtils.DEFAULT_PARTITION_NAME()) ? null : value);
      }
    }
    return columns;
  }
}
