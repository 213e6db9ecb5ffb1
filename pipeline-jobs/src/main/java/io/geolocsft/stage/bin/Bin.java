package io.geolocsft.stage.bin;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.config.BinSettings;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.failure.DataException;
import io.geolocsft.ml.CellIndexer;
import io.geolocsft.ml.CellIndexerModel;
import io.geolocsft.select.Leaf;
import io.geolocsft.stage.GeoReference;
import io.geolocsft.stage.SplitRows;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.Tables;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import scala.reflect.ClassTag$;

/**
 * Says where on Earth images lie: fills in country, region, population density and cell, and cuts
 * Earth into cells that hold about as many training images each.
 */
public final class Bin implements Stage {

  /** Of about 150 bytes each when compressed. */
  private static final long ROWS_PER_FILE = 4_000_000;

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
    return List.of(Tables.BINNED.name(), Tables.PARTITION.name());
  }

  @Override
  public int revision() {
    return 2;
  }

  /**
   * {@code level} makes cell_id; {@code cell_system} all cells; the others of the levels and
   * numbers of images leaf_cell_id and the leaves; {@code countries}, {@code admin1}, {@code
   * places} and {@code density} the columns of those names.
   */
  @Override
  public SettingValues settings(SettingValues all) {
    return all.only("bin");
  }

  @Override
  public Map<String, String> externalInputs(PipelineConfig config) {
    return GeoReference.fingerprints(config.bin());
  }

  /** The user's own areas and places. */
  @Override
  public void check(StageContext context) {
    BinSettings settings = context.config().bin();
    if (!GeoReference.fingerprints(settings).isEmpty()) {
      GeoReference.read(settings, context.spark());
    }
  }

  @Override
  public void run(StageContext context) {
    SparkSession spark = context.spark();
    BinSettings settings = context.config().bin();
    GeoReference geography = GeoReference.read(settings, spark);
    Broadcast<GeoReference> shared =
        spark.sparkContext().broadcast(geography, ClassTag$.MODULE$.apply(GeoReference.class));
    Dataset<Row> binned =
        context
            .tables()
            .read(Tables.CATALOGUE)
            .mapPartitions(new BinnedRows(shared), Encoders.row(BinnedRows.SCHEMA))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      MisreadSets.check(context, binned, shared);
      CellIndexerModel partition = partition(settings, binned);
      context.tables().publish(Tables.BINNED, sorted(partition.transform(binned)));
      List<Row> rows = partition.leaves().stream().map(new PartitionRows(geography)::row).toList();
      context
          .tables()
          .publish(
              Tables.PARTITION, spark.createDataFrame(rows, Tables.PARTITION.struct()).coalesce(1));
    } finally {
      binned.unpersist();
      shared.destroy();
    }
  }

  /** By cell, so that what is asked of a cell or its surroundings reads little. */
  private static Dataset<Row> sorted(Dataset<Row> binned) {
    int files = (int) (1 + binned.count() / ROWS_PER_FILE);
    return binned
        .repartitionByRange(files, col("cell_id"), col("image_id"))
        .sortWithinPartitions("cell_id", "image_id");
  }

  /** The adaptive partition of the training images, which has at least one leaf. */
  private static CellIndexerModel partition(BinSettings settings, Dataset<Row> binned) {
    CellIndexerModel partition =
        CellIndexer.of(settings).setOutputCol(Tables.LEAF_CELL_ID).fit(SplitRows.trained(binned));
    if (partition.leaves().isEmpty() && partition.dropped().isEmpty()) {
      throw new DataException(
          "The catalogue holds no training image: see the table errors_ingest, and ingest.images"
              + " and ingest.table");
    }
    if (partition.leaves().isEmpty()) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "None of the %d cells holds bin.min_images = %d of the %d training images: lower it",
              partition.dropped().size(),
              settings.minImages(),
              partition.dropped().stream().mapToLong(Leaf::count).sum()));
    }
    return partition;
  }
}
