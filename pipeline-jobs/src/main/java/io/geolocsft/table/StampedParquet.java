package io.geolocsft.table;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapreduce.Job;
import org.apache.parquet.hadoop.ParquetOutputFormat;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Spark's Parquet with entries of our own in every file's footer: a write option {@code
 * footer.<key>} becomes the key-value metadata {@code <key>}. Spark itself has no way to add any.
 * Times are written as Parquet's standard microseconds, not as Spark's deprecated INT96.
 */
public final class StampedParquet extends ParquetFileFormat {

  static final String OPTION = "footer.";
  private static final String PROPERTY = "geolocsft.footer.";
  private static final long serialVersionUID = 1L;

  @Override
  public OutputWriterFactory prepareWrite(
      SparkSession session,
      Job job,
      scala.collection.immutable.Map<String, String> options,
      StructType schema) {
    OutputWriterFactory factory = super.prepareWrite(session, job, options, schema);
    ParquetOutputFormat.setWriteSupportClass(job, StampedWriteSupport.class);
    Configuration configuration = job.getConfiguration();
    configuration.set(SQLConf.PARQUET_OUTPUT_TIMESTAMP_TYPE().key(), "TIMESTAMP_MICROS");
    CollectionConverters.asJava(options).forEach((key, value) -> copy(key, value, configuration));
    return factory;
  }

  /** The footer entries that {@link #prepareWrite} put into a job's configuration. */
  static Map<String, String> footer(Configuration configuration) {
    return configuration.getPropsWithPrefix(PROPERTY);
  }

  private static void copy(String option, String value, Configuration to) {
    if (option.startsWith(OPTION)) {
      to.set(PROPERTY + option.substring(OPTION.length()), value);
    }
  }
}
