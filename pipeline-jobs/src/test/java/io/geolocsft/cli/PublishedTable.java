package io.geolocsft.cli;

import static com.google.common.collect.MoreCollectors.onlyElement;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.geolocsft.SparkFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A table as a reader sees it who knows nothing of this program. */
record PublishedTable(Path output, String name) {

  Path folder() {
    return output.resolve("tables").resolve(name);
  }

  long manifestRows() throws IOException {
    return new JsonMapper().readTree(manifest()).path("row_count").asLong();
  }

  /** The one whose name is that of an empty file in the table's folder. */
  String manifest() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      String mark =
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> file.startsWith("_manifest-"))
              .collect(onlyElement());
      String name = mark.replace("_manifest-", "") + ".json";
      return Files.readString(output.resolve(".manifests").resolve(name));
    }
  }

  Dataset<Row> rows() {
    return SparkFixture.session().read().parquet(folder().toString());
  }

  /** All rows without some columns, in an order that depends on their content alone. */
  List<String> texts(String... dropped) {
    return rows().drop(dropped).toJSON().collectAsList().stream().sorted().toList();
  }

  /** The content of its files. */
  List<byte[]> bytes() throws IOException {
    List<byte[]> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder())) {
      for (Path file : all.filter(path -> path.toString().endsWith(".parquet")).sorted().toList()) {
        files.add(Files.readAllBytes(file));
      }
    }
    return files;
  }
}
