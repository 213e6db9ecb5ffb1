package io.geolocsft.stage.ingest.listing;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The lines of a text file as {@code line}, counted from 1, and {@code text}; blank ones are left
 * out.
 */
final class NumberedLines {

  static final String BYTE_ORDER_MARK = "\ufeff";

  private static final StructType SCHEMA =
      new StructType()
          .add("line", DataTypes.LongType, false)
          .add("text", DataTypes.StringType, false);

  private NumberedLines() {}

  /**
   * Numbers them.
   *
   * @param header how many lines at the top are left out
   */
  static Dataset<Row> of(SparkSession spark, Dataset<String> lines, int header) {
    return spark.createDataFrame(
        lines
            .javaRDD()
            .zipWithIndex()
            .filter(line -> line._2() >= header && !line._1().isBlank())
            .map(line -> RowFactory.create(line._2() + 1, line._1())),
        SCHEMA);
  }
}
