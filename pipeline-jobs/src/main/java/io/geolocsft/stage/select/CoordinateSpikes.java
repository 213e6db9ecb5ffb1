package io.geolocsft.stage.select;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Where very many images have one position to the last digit, it is that of a town, a country or
 * another area, not where they were taken: {@code coordinate_spike}.
 */
final class CoordinateSpikes {

  private CoordinateSpikes() {}

  static Dataset<Row> reject(Dataset<Row> rows, int max) {
    if (max == 0) {
      return rows;
    }
    Column here = col("here");
    return RejectionColumns.reject(
            rows.withColumn(
                "here",
                count(lit(1)).over(RejectionColumns.amongOpen(col("latitude"), col("longitude")))),
            here.gt(max),
            "coordinate_spike",
            here,
            lit(max),
            concat_ws(" ", lit("at"), col("latitude"), col("longitude")))
        .drop("here");
  }
}
