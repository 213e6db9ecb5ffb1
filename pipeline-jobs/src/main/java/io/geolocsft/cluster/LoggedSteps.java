package io.geolocsft.cluster;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.struct;

import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.Locations;
import io.geolocsft.table.ParquetRows;
import io.geolocsft.table.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What the ranks of a training run have logged so far, as rows of a table. */
public final class LoggedSteps {

  private static final Pattern WHOLE = Pattern.compile("\\d+-(\\d+)-\\d+\\.parquet");

  private final HadoopFiles files;
  private final TableSchema table;
  private final Set<String> seen = new HashSet<>();

  /**
   * @param files of the run, as its ranks see them
   * @param table whose rows ranks write
   */
  public LoggedSteps(HadoopFiles files, TableSchema table) {
    this.files = files;
    this.table = table;
  }

  public TableSchema table() {
    return table;
  }

  /**
   * All in order of step and rank, once training is over. Of a step that ran twice, because the run
   * began again after its last checkpoint, the later row counts.
   */
  public Dataset<Row> all(SparkSession spark) {
    return Locations.reader(spark)
        .schema(table.struct())
        .parquet(files.in(table.name()).folder())
        .groupBy("step", "rank")
        .agg(max_by(struct(table.columns()), col("_metadata.file_name")).as("last"))
        .select("last.*")
        .coalesce(1)
        .sortWithinPartitions("step", "rank");
  }

  /**
   * The first rank's that came since the last call, at the first call all, as they were written.
   */
  public synchronized List<Row> news() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String name : files.list(table.name()).keySet()) {
      Matcher whole = WHOLE.matcher(name);
      if (whole.matches() && Integer.parseInt(whole.group(1)) == 0 && !seen.contains(name)) {
        rows.addAll(read(name));
        seen.add(name);
      }
    }
    return rows;
  }

  private List<Row> read(String name) throws IOException {
    return ParquetRows.read(files, table.name() + "/" + name, table);
  }
}
