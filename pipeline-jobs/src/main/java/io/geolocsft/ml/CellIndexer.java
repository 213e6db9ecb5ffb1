package io.geolocsft.ml;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.config.BinSettings;
import io.geolocsft.geo.CellSystem;
import io.geolocsft.ml.param.CellIndexerParams;
import io.geolocsft.ml.param.SettingParams;
import io.geolocsft.select.AdaptivePartition;
import io.geolocsft.select.AdaptivePartition.LeafLimits;
import io.geolocsft.select.CellCounts;
import io.geolocsft.select.Leaf;
import io.geolocsft.select.LeafLookup;
import io.geolocsft.sql.GeoColumns;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Cuts Earth into cells that hold about as many rows each (see {@link AdaptivePartition}), and
 * gives each row its cell. Fitting is one pass that counts rows by cells of about a square km, and
 * where crowded cells may be split more finely further ones over their rows, one for six levels
 * each; the driver sees counts alone.
 *
 * <p>A row whose coordinates are null or no point on Earth is not counted and has no cell.
 */
public final class CellIndexer extends Estimator<CellIndexerModel>
    implements CellIndexerParams<CellIndexer>, DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  private static final String CELL = "cell";
  private static final double FIRST_CELL_SQUARE_KM = 1;

  /** Of four children each: a cell has at most 4,096 descendants so many levels below. */
  private static final int LEVELS_A_PASS = 6;

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
    // The pipeline's fixed level, which is not a param, must not contradict the cell system.
    BinSettings settings = SettingParams.read(this, BinSettings.class, Map.of("level", 0));
    CellSystem cells = CellSystem.of(settings.cellSystem());
    LeafLimits limits =
        new LeafLimits(
            settings.minLevel(), settings.maxLevel(), settings.minImages(), settings.maxImages());
    // Counted by ancestors of the finest cell, which is where the model looks a row up: H3's cells
    // do not lie wholly inside their parents.
    Dataset<Row> finest =
        dataset
            .select(
                GeoColumns.cellId(
                        cells, col($(latitudeCol())), col($(longitudeCol())), limits.maxLevel())
                    .as(CELL))
            .where(col(CELL).isNotNull());
    int level = Math.max(limits.minLevel(), Math.min(limits.maxLevel(), firstLevel(cells)));
    AdaptivePartition partition =
        AdaptivePartition.of(cells, counts(cells, finest, level, limits), limits);
    while (!partition.open().isEmpty()) {
      level = Math.min(limits.maxLevel(), level + LEVELS_A_PASS);
      LeafLookup open =
          new LeafLookup(
              cells, partition.open().stream().map(Leaf::cellId).toList(), limits.maxLevel());
      Dataset<Row> within = finest.where(GeoColumns.holds(open, col(CELL)));
      partition = partition.refine(counts(cells, within, level, limits));
    }
    return copyValues(
        new CellIndexerModel(uid, partition.leaves(), partition.dropped()), ParamMap.empty());
  }

  /** The finest level of cells of a square km or more: there are at most some millions on land. */
  private static int firstLevel(CellSystem cells) {
    int level = 0;
    while (level < cells.maxLevel()
        && cells.areaSquareKm(cells.cellId(0, 0, level + 1)) >= FIRST_CELL_SQUARE_KM) {
      level++;
    }
    return level;
  }

  /** One pass over the rows; each task sends its counts as numbers, 16 bytes a cell. */
  private static CellCounts counts(
      CellSystem cells, Dataset<Row> finest, int level, LeafLimits limits) {
    Column cell =
        level == limits.maxLevel() ? col(CELL) : GeoColumns.parent(cells, col(CELL), level);
    List<long[]> parts =
        finest
            .groupBy(cell.as(CELL))
            .count()
            .javaRDD()
            .mapPartitions(CellIndexer::packed)
            .collect();
    return CellCounts.of(level, parts);
  }

  private static Iterator<long[]> packed(Iterator<Row> counts) {
    LongStream.Builder packed = LongStream.builder();
    while (counts.hasNext()) {
      Row count = counts.next();
      packed.add(count.getLong(0)).add(count.getLong(1));
    }
    return List.of(packed.build().toArray()).iterator();
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
    return ModelFiles.paramsReader(CellIndexer::new, CellIndexer.class);
  }

  public static CellIndexer load(String path) {
    return read().load(path);
  }
}
