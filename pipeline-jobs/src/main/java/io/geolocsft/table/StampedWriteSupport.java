package io.geolocsft.table;

import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.parquet.ParquetWriteSupport;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Adds the footer entries of {@link StampedParquet}, and {@link GeoMetadata} where the rows have a
 * geometry. Parquet makes it by its public constructor.
 */
public final class StampedWriteSupport extends ParquetWriteSupport {

  private GeoMetadata geo;

  @Override
  public WriteContext init(Configuration configuration) {
    WriteContext spark = super.init(configuration);
    Map<String, String> footer = new HashMap<>(spark.getExtraMetaData());
    footer.putAll(StampedParquet.footer(configuration));
    StructType schema =
        (StructType) DataType.fromJson(configuration.get(ParquetWriteSupport.SPARK_ROW_SCHEMA()));
    if (GeoMetadata.applies(schema)) {
      geo = new GeoMetadata(schema);
    }
    return new WriteContext(spark.getSchema(), footer);
  }

  @Override
  public void write(InternalRow row) {
    super.write(row);
    if (geo != null) {
      geo.add(row);
    }
  }

  @Override
  public WriteSupport.FinalizedWriteContext finalizeWrite() {
    return new WriteSupport.FinalizedWriteContext(
        geo == null ? Map.of() : Map.of(GeoMetadata.KEY, geo.json()));
  }
}
