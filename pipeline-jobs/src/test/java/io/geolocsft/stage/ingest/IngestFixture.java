package io.geolocsft.stage.ingest;

import io.geolocsft.config.ConfigFixture;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Runs {@link Ingest} over image sets below a folder, and reads what it published. */
public record IngestFixture(SparkSession spark, Path folder) {

  public static final String HEADER = "image,latitude,longitude,captured_at,sequence_id,author";

  public PictureFolder folder(String name, String header) throws IOException {
    return new PictureFolder(folder.resolve(name), header);
  }

  public PipelineConfig config(PictureFolder pictures, String... more) {
    List<String> sets = new ArrayList<>();
    sets.add("ingest.images=" + pictures.images());
    sets.add("ingest.table=" + pictures.table());
    sets.addAll(List.of(more));
    return ConfigFixture.with(sets.toArray(String[]::new));
  }

  public TableStore store() {
    return TableStore.open(spark, folder.resolve("the output").toString());
  }

  /** The catalogue that it makes. */
  public List<Row> run(PipelineConfig config) {
    new Ingest().run(StageContext.quiet(spark, config, store()));
    return store().read(Tables.CATALOGUE).collectAsList();
  }

  List<Row> errorRows() {
    return store().read(Tables.errorsOf("ingest")).collectAsList();
  }

  /** Kinds by line or file number, which stands before the first colon of a message. */
  Map<Long, String> errors() {
    Map<Long, String> kinds = new TreeMap<>();
    for (Row row : errorRows()) {
      String place = row.<String>getAs("message").replaceFirst(": .*", "");
      kinds.put(Long.parseLong(place.replaceFirst(".* ", "")), row.getAs("kind"));
    }
    return kinds;
  }

  public static List<String> ids(List<Row> rows) {
    return rows.stream().map(row -> row.<String>getAs("image_id")).toList();
  }
}
