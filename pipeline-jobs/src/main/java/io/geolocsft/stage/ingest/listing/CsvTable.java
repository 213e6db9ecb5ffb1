package io.geolocsft.stage.ingest.listing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_csv;
import static org.apache.spark.sql.functions.lit;

import io.geolocsft.config.ImageSet;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A CSV file with a header, one record a line, so that every row knows its line number. Its
 * separator is a comma, semicolon, tab or bar.
 */
final class CsvTable {

  private static final String MALFORMED = "malformed";

  private CsvTable() {}

  static Dataset<Row> read(SparkSession spark, ImageSet set) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    TextFile file = TextFile.of(TableLocation.of(set), hadoop);
    CsvHeader header =
        CsvHeader.find(
            TableLocation.of(set), file.head(hadoop), names -> ColumnPositions.areIn(set, names));
    ColumnPositions positions =
        ColumnPositions.find(set, set.table(), header.names(), header.form());
    Column record =
        from_csv(col("text"), lit(schema(header.names().size())), options(header.separator()));
    return ListedImages.select(
        NumberedLines.of(spark, file.lines(spark), header.lines()).withColumn("fields", record),
        set,
        RowOrigin.of(
            lit(file.name() + " line"),
            col("line"),
            col("fields").getField(MALFORMED).isNotNull(),
            "not as many fields as the header has (a decimal comma?), or a quoted text without an"
                + " end"),
        column -> positions.of(column).map(CsvTable::field).orElse(ListedImages.none()));
  }

  /** As DDL: every field is text. */
  private static String schema(int columns) {
    StringBuilder schema = new StringBuilder();
    for (int i = 0; i < columns; i++) {
      schema.append(name(i)).append(" STRING, ");
    }
    return schema.append(MALFORMED).append(" STRING").toString();
  }

  private static Map<String, String> options(char separator) {
    return Map.of(
        "mode",
        "PERMISSIVE",
        "columnNameOfCorruptRecord",
        MALFORMED,
        "escape",
        "\"",
        "sep",
        String.valueOf(separator));
  }

  private static Column field(int index) {
    return col("fields").getField(name(index));
  }

  private static String name(int index) {
    return "field" + index;
  }
}
