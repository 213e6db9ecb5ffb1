package io.geolocsft.table;

import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.execution.datasources.parquet.ParquetWriteSupport;

/**
 * Adds the footer entries of {@link StampedParquet}. Parquet makes it by its public constructor.
 */
public final class StampedWriteSupport extends ParquetWriteSupport {

  @Override
  public WriteContext init(Configuration configuration) {
    WriteContext spark = super.init(configuration);
    Map<String, String> footer = new HashMap<>(spark.getExtraMetaData());
    footer.putAll(StampedParquet.footer(configuration));
    return new WriteContext(spark.getSchema(), footer);
  }
}
