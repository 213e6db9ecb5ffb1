package io.geolocsft.stage.select;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Keeps only so many images of one author ({@code max_per_author}) or sequence ({@code
 * max_per_sequence}), the first in the keyed order. Images of nobody are not limited.
 */
final class GroupLimits {

  private GroupLimits() {}

  static Dataset<Row> reject(Dataset<Row> rows, String column, int max) {
    if (max == 0) {
      return rows;
    }
    WindowSpec same =
        RejectionColumns.amongOpen(col(column)).orderBy(col(JudgedRows.KEY), col("image_id"));
    Column number = col("number");
    return RejectionColumns.reject(
            rows.withColumn("number", row_number().over(same)),
            col(column).isNotNull().and(number.gt(max)),
            "max_per_" + column.replace("_id", ""),
            number,
            lit(max),
            concat(lit(column.replace("_id", "") + " "), col(column)))
        .drop("number");
  }
}
