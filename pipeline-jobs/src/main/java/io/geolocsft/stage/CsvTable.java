package io.geolocsft.stage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_csv;
import static org.apache.spark.sql.functions.lit;

import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A CSV file with a header, one record a line, so that every row knows its line number. */
final class CsvTable {

  private static final String MALFORMED = "malformed";

  private CsvTable() {}

  static Dataset<Row> read(SparkSession spark, ImageSet set) {
    Dataset<String> lines = ListedImages.open(set, () -> spark.read().textFile(set.table()));
    List<String> names = header(spark, set, lines);
    ColumnPositions positions = ColumnPositions.find(set, names);
    Dataset<Row> fields =
        NumberedLines.of(spark, lines, 1)
            .withColumn("fields", from_csv(col("text"), lit(schema(names.size())), options()));
    return ListedImages.select(
        fields,
        set,
        RowOrigin.of(
            lit(new Path(set.table()).getName() + " line"),
            col("line"),
            col("fields").getField(MALFORMED).isNotNull(),
            "not as many fields as the header has, or a quotation without an end"),
        column -> positions.of(column).map(CsvTable::field).orElse(ListedImages.none()));
  }

  /** The names of the columns, by Spark's own reader. */
  private static List<String> header(SparkSession spark, ImageSet set, Dataset<String> lines) {
    List<String> first = lines.takeAsList(1);
    String header = first.isEmpty() ? "" : first.get(0).replace(NumberedLines.BYTE_ORDER_MARK, "");
    if (header.isBlank()) {
      throw new DataException(
          "%s has no header in its first line; write one, or set %s.table to another file"
              .formatted(set.table(), set.setting()));
    }
    Dataset<String> only = spark.createDataset(List.of(header), Encoders.STRING());
    Dataset<Row> read = spark.read().option("header", true).csv(only);
    return List.of(read.columns()).stream().map(String::strip).toList();
  }

  /** As DDL: every field is text. */
  private static String schema(int columns) {
    StringBuilder schema = new StringBuilder();
    for (int i = 0; i < columns; i++) {
      schema.append(name(i)).append(" STRING, ");
    }
    return schema.append(MALFORMED).append(" STRING").toString();
  }

  private static Map<String, String> options() {
    return Map.of("mode", "PERMISSIVE", "columnNameOfCorruptRecord", MALFORMED, "escape", "\"");
  }

  private static Column field(int index) {
    return col("fields").getField(name(index));
  }

  private static String name(int index) {
    return "field" + index;
  }
}
