package io.geolocsft.judge;

import io.geolocsft.failure.DataException;
import io.geolocsft.stage.ingest.listing.TableForm;
import io.geolocsft.stage.ingest.listing.TableLocation;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A file or folder of rows, whatever its form. */
interface InputTable {

  /** File and what is counted in it, {@code answers.csv line}. */
  String PLACE = "place";

  /** The number there. */
  String LINE = "line";

  /** Why a row cannot be read; null if it can. */
  String PROBLEM = "problem";

  /** All columns, in their order. */
  List<String> names();

  /**
   * All rows: {@link #PLACE}, {@link #LINE}, {@link #PROBLEM}, and each column that is asked for as
   * text under its {@link InputColumn#key}.
   */
  Dataset<Row> rows(Map<InputColumn, String> columns);

  /**
   * Opens it, and reads what says which columns there are.
   *
   * @param suits whether names are those of the columns that are looked for; decides by what the
   *     columns of a CSV file are separated
   * @throws DataException if it is empty or in no form that is read
   */
  static InputTable open(SparkSession spark, TableLocation table, Predicate<List<String>> suits) {
    return switch (TableForm.of(table, spark.sessionState().newHadoopConf())) {
      case PARQUET -> ParquetInput.open(spark, table);
      case JSON -> JsonInput.open(spark, table);
      default -> CsvInput.open(spark, table, suits);
    };
  }
}
