package io.geolocsft.ml;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.files.Locations;
import io.geolocsft.geo.CellSystem;
import io.geolocsft.ml.param.CellIndexerParams;
import io.geolocsft.select.Leaf;
import io.geolocsft.select.LeafLookup;
import io.geolocsft.sql.GeoColumns;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The leaves that a {@link CellIndexer} found; adds to each row the id of the leaf around it. */
public final class CellIndexerModel extends Model<CellIndexerModel>
    implements CellIndexerParams<CellIndexerModel>, MLWritable {

  private static final long serialVersionUID = 1L;

  private static final StructType LEAVES =
      new StructType()
          .add("cell_id", DataTypes.LongType, false)
          .add("level", DataTypes.IntegerType, false)
          .add("count", DataTypes.LongType, false)
          .add("kept", DataTypes.BooleanType, false);

  private final String uid;
  private final List<Leaf> leaves;
  private final List<Leaf> dropped;

  CellIndexerModel(String uid, List<Leaf> leaves, List<Leaf> dropped) {
    this.uid = uid;
    this.leaves = List.copyOf(leaves);
    this.dropped = List.copyOf(dropped);
    setDefaultParams();
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The leaves with enough rows, by id. */
  public List<Leaf> leaves() {
    return leaves;
  }

  /** The leaves with too few rows, by id; their rows have no cell. */
  public List<Leaf> dropped() {
    return dropped;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    LeafLookup lookup =
        new LeafLookup(
            CellSystem.of($(cellSystem())),
            leaves.stream().map(Leaf::cellId).toList(),
            (int) $(maxLevel()));
    return dataset.withColumn(
        $(outputCol()), GeoColumns.leaf(lookup, col($(latitudeCol())), col($(longitudeCol()))));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return withOutput(schema);
  }

  @Override
  public CellIndexerModel copy(ParamMap extra) {
    CellIndexerModel copy = copyValues(new CellIndexerModel(uid, leaves, dropped), extra);
    return copy.setParent(parent());
  }

  @Override
  public MLWriter write() {
    return ModelFiles.writer(
        this,
        (spark, place) ->
            spark
                .createDataFrame(
                    Stream.concat(
                            leaves.stream().map(leaf -> row(leaf, true)),
                            dropped.stream().map(leaf -> row(leaf, false)))
                        .toList(),
                    LEAVES)
                .coalesce(1)
                .write()
                .parquet(place));
  }

  private static Row row(Leaf leaf, boolean kept) {
    return RowFactory.create(leaf.cellId(), leaf.level(), leaf.count(), kept);
  }

  public static MLReader<CellIndexerModel> read() {
    return ModelFiles.reader(CellIndexerModel.class, CellIndexerModel::load);
  }

  public static CellIndexerModel load(String path) {
    return read().load(path);
  }

  private static CellIndexerModel load(String uid, SparkSession spark, String place) {
    Dataset<Row> rows = Locations.reader(spark).schema(LEAVES).parquet(place);
    return new CellIndexerModel(
        uid, leaves(rows.where(col("kept"))), leaves(rows.where(col("kept").equalTo(false))));
  }

  private static List<Leaf> leaves(Dataset<Row> rows) {
    return rows.orderBy("cell_id").collectAsList().stream()
        .map(row -> new Leaf(row.getLong(0), row.getInt(1), row.getLong(2)))
        .toList();
  }
}
