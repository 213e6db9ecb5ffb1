package io.geolocsft.parquet;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.files.Locations;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Spark's reader of Parquet as tables by other programs need it, in a session of its own. */
public final class ParquetReading {

  /**
   * Names that differ by case are two; times in nanoseconds are counts, since Spark has no such
   * times; old dates are what they say, and no time zone changes a time.
   */
  static final Map<String, String> SETTINGS =
      Map.of(
          "spark.sql.caseSensitive", "true",
          "spark.sql.legacy.parquet.nanosAsLong", "true",
          "spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED",
          "spark.sql.parquet.int96RebaseModeInRead", "CORRECTED",
          "spark.sql.session.timeZone", "UTC");

  /** Images that Spark's reader holds at once; usually it holds 4,096 rows. */
  private static final int IMAGES_AT_ONCE = 32;

  private ParquetReading() {}

  /** A session that reads tables so. */
  public static SparkSession session(SparkSession spark) {
    SparkSession own = spark.newSession();
    SETTINGS.forEach(own.conf()::set);
    return own;
  }

  /** The same for tables with images in them. */
  public static SparkSession imageSession(SparkSession spark) {
    SparkSession own = session(spark);
    own.conf().set("spark.sql.parquet.columnarReaderBatchSize", IMAGES_AT_ONCE);
    return own;
  }

  /** Some columns of some files, nothing being made of the folders that these are in. */
  public static Dataset<Row> read(SparkSession session, List<String> files, StructType columns) {
    boolean hasColon = files.stream().map(Path::new).anyMatch(Locations::hasColon);
    return (hasColon ? Locations.rawReader(session) : Locations.reader(session))
        .schema(columns)
        .option("recursiveFileLookup", "true")
        .parquet(files.toArray(String[]::new));
  }

  /** Whatever characters its name has. */
  public static Column column(String name) {
    return col(quoted(name));
  }

  /** As SQL has it. */
  public static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
