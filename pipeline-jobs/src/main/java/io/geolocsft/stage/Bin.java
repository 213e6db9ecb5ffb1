package io.geolocsft.stage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.geolocsft.config.BinSettings;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SelectSettings;
import io.geolocsft.geo.CellSystem;
import io.geolocsft.select.AdaptivePartition;
import io.geolocsft.select.AdaptivePartition.Limits;
import io.geolocsft.table.Tables;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import scala.reflect.ClassTag$;

/**
 * Says where on Earth images lie: fills in country, region, population density and cell, and cuts
 * Earth into cells that hold about as many training images each.
 */
public final class Bin implements Stage {

  @Override
  public String name() {
    return "bin";
  }

  @Override
  public List<String> inputs() {
    return List.of(Tables.CATALOGUE.name());
  }

  @Override
  public List<String> outputs() {
    return List.of(Tables.BINNED.name(), Tables.CELLS.name());
  }

  @Override
  public Object settings(PipelineConfig config) {
    SelectSettings select = config.select();
    // Weights and planned quotas stand in the cells.
    return Map.of(
        "bin", config.bin(),
        "count", select.count(),
        "strategy", select.strategy(),
        "alpha", select.alpha());
  }

  @Override
  public Map<String, String> externalInputs(PipelineConfig config) {
    return Geography.fingerprints(config.bin());
  }

  @Override
  public void run(StageContext context) {
    SparkSession spark = context.spark();
    BinSettings settings = context.config().bin();
    Geography geography = Geography.read(settings, spark.sessionState().newHadoopConf());
    Broadcast<Geography> shared =
        spark.sparkContext().broadcast(geography, ClassTag$.MODULE$.apply(Geography.class));
    Dataset<Row> binned =
        context
            .tables()
            .read(Tables.CATALOGUE)
            .mapPartitions(new BinnedRows(shared), Encoders.row(Tables.BINNED.struct()))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      context.tables().publish(Tables.BINNED, binned.orderBy("cell_id", "image_id"));
      AdaptivePartition partition = partition(settings, counts(settings, binned));
      List<Row> cells = new CellRows(geography, context.config().select()).of(partition);
      context
          .tables()
          .publish(Tables.CELLS, spark.createDataFrame(cells, Tables.CELLS.struct()).coalesce(1));
    } finally {
      binned.unpersist();
      shared.destroy();
    }
  }

  /** Training images by cell of the finest level. */
  private static Map<Long, Long> counts(BinSettings settings, Dataset<Row> binned) {
    String system = settings.cellSystem();
    int level = settings.maxLevel();
    UDF2<Double, Double, Long> cell = (lat, lon) -> CellSystem.of(system).cellId(lat, lon, level);
    Map<Long, Long> counts = new HashMap<>();
    BenchmarkSet.trained(binned)
        .groupBy(
            udf(cell, DataTypes.LongType).apply(col("latitude"), col("longitude")).as("fine_cell"))
        .count()
        .collectAsList()
        .forEach(row -> counts.put(row.getLong(0), row.getLong(1)));
    return counts;
  }

  private static AdaptivePartition partition(BinSettings settings, Map<Long, Long> counts) {
    if (counts.isEmpty()) {
      throw new DataException(
          "The catalogue holds no training image: see the table errors_ingest, and ingest.images"
              + " and ingest.table");
    }
    AdaptivePartition partition =
        AdaptivePartition.of(
            CellSystem.of(settings.cellSystem()),
            counts,
            new Limits(
                settings.minLevel(),
                settings.maxLevel(),
                settings.minImages(),
                settings.maxImages()));
    if (partition.leaves().isEmpty()) {
      throw new DataException(
          "None of the %d cells holds bin.min_images = %d of the %d training images: lower it"
              .formatted(
                  partition.dropped().size(),
                  settings.minImages(),
                  counts.values().stream().mapToLong(Long::longValue).sum()));
    }
    return partition;
  }
}
