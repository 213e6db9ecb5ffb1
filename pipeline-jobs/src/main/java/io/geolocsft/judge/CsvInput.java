package io.geolocsft.judge;

import static org.apache.spark.sql.functions.lit;

import io.geolocsft.stage.ingest.listing.CsvHeader;
import io.geolocsft.stage.ingest.listing.TableLocation;
import io.geolocsft.stage.ingest.listing.TextFile;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * CSV with a header, separated by commas, semicolons, tabs or bars. One task reads it: a quoted
 * answer may go over several lines, and only who has read all before it knows where a record
 * begins.
 */
record CsvInput(SparkSession spark, TextFile file, CsvHeader header) implements InputTable {

  static CsvInput open(SparkSession spark, TableLocation table, Predicate<List<String>> suits) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    TextFile file = TextFile.of(table, hadoop);
    return new CsvInput(spark, file, CsvHeader.find(table, file.head(hadoop), suits));
  }

  @Override
  public List<String> names() {
    return header.names();
  }

  @Override
  public Dataset<Row> rows(Map<InputColumn, String> columns) {
    StructType schema =
        new StructType().add(LINE, DataTypes.LongType).add(PROBLEM, DataTypes.StringType);
    for (InputColumn column : columns.keySet()) {
      schema = schema.add(column.key(), DataTypes.StringType);
    }
    int[] positions =
        columns.values().stream().mapToInt(name -> header.names().indexOf(name)).toArray();
    CsvRecords.Layout layout =
        new CsvRecords.Layout(header.lines(), header.separator(), header.names().size(), positions);
    int tasks = spark.sparkContext().defaultParallelism();
    return file.found(
            spark,
            (location, reader) -> new CsvRecords(location, reader, layout),
            Encoders.row(schema))
        .repartition(tasks)
        .withColumn(PLACE, lit(file.name() + " line"));
  }
}
