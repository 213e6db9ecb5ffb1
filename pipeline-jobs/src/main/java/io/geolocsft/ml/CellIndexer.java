package io.geolocsft.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.geolocsft.config.BinSettings;
import io.geolocsft.geo.CellSystem;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.select.AdaptivePartition;
import io.geolocsft.select.AdaptivePartition.Limits;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Cuts Earth into cells that hold about as many rows each (see {@link AdaptivePartition}), and
 * gives each row its cell. Fitting is one pass that counts rows by the finest cell; the driver sees
 * counts alone.
 *
 * <p>A row whose coordinates are null or no point on Earth is not counted and has no cell.
 */
public final class CellIndexer extends Estimator<CellIndexerModel>
    implements CellIndexerParams<CellIndexer>, DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  private final String uid;

  public CellIndexer() {
    this(Identifiable$.MODULE$.randomUID("cellIndexer"));
  }

  /** Spark ML copies and loads a stage by this constructor. */
  public CellIndexer(String uid) {
    this.uid = uid;
    setDefaultParams();
  }

  /** The stage that a configuration describes. */
  public static CellIndexer of(BinSettings settings) {
    CellIndexer indexer = new CellIndexer();
    SettingParams.write(settings, indexer);
    return indexer;
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public CellIndexerModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    BinSettings settings = SettingParams.read(this, BinSettings.class);
    AdaptivePartition partition =
        AdaptivePartition.of(
            CellSystem.of(settings.cellSystem()),
            counts(dataset, settings),
            new Limits(
                settings.minLevel(),
                settings.maxLevel(),
                settings.minImages(),
                settings.maxImages()));
    return copyValues(
        new CellIndexerModel(uid, partition.leaves(), partition.dropped()), ParamMap.empty());
  }

  private Map<Long, Long> counts(Dataset<?> dataset, BinSettings settings) {
    String system = settings.cellSystem();
    int level = settings.maxLevel();
    UDF2<Double, Double, Long> cell = (lat, lon) -> cell(system, level, lat, lon);
    Map<Long, Long> counts = new HashMap<>();
    for (Row row :
        dataset
            .select(
                udf(cell, DataTypes.LongType)
                    .apply(col($(latitudeCol())), col($(longitudeCol())))
                    .as("cell"))
            .where(col("cell").isNotNull())
            .groupBy("cell")
            .count()
            .collectAsList()) {
      counts.put(row.getLong(0), row.getLong(1));
    }
    return counts;
  }

  private static Long cell(String system, int level, Double lat, Double lon) {
    return lat == null || lon == null || !GeoPoint.isValid(lat, lon)
        ? null
        : (Long) CellSystem.of(system).cellId(lat, lon, level);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return withOutput(schema);
  }

  @Override
  public CellIndexer copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  public static MLReader<CellIndexer> read() {
    return new DefaultParamsReader<>();
  }

  public static CellIndexer load(String path) {
    return read().load(path);
  }
}
