package io.geolocsft.stage.select;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Of images with the same bytes one is kept ({@code exact_duplicate}); if there are very many, they
 * are what a server sends for images that it no longer has, and none is kept ({@code placeholder}).
 */
final class ExactDuplicates {

  private ExactDuplicates() {}

  static Dataset<Row> reject(Dataset<Row> rows, int maxCopies) {
    WindowSpec same = RejectionColumns.amongOpen(col("sha256"));
    WindowSpec ordered = same.orderBy(LookAlikes.KEEP_ORDER);
    Column copies = col("copies");
    Dataset<Row> counted =
        rows.withColumn("copies", count(lit(1)).over(same))
            .withColumn("copy", row_number().over(ordered))
            .withColumn("kept", first("image_id").over(ordered));
    Dataset<Row> real =
        RejectionColumns.reject(
            counted,
            copies.gt(maxCopies),
            "placeholder",
            copies,
            lit(maxCopies),
            lit("many images have these bytes"));
    return RejectionColumns.reject(
            real,
            col("copy").gt(1),
            "exact_duplicate",
            copies,
            lit(1),
            concat(lit("same bytes as "), col("kept")))
        .drop("copies", "copy", "kept");
  }
}
