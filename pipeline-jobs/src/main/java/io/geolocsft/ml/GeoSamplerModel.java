package io.geolocsft.ml;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.udf;

import io.geolocsft.select.KeyedOrder;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The quotas that a {@link GeoSampler} shared out. Adds to each row its {@code rank} within its
 * cell (INT, from 1), the cell's {@code quota} (BIGINT) and the row's {@code sampling_weight}
 * (DOUBLE), and keeps the rows with {@code rank <= quota}.
 */
public final class GeoSamplerModel extends Model<GeoSamplerModel>
    implements GeoSamplerParams<GeoSamplerModel>, MLWritable {

  /** Column of a row's place within its cell, from 1. */
  public static final String RANK = "rank";

  /** Column of the number of rows that the row's cell gives. */
  public static final String QUOTA = "quota";

  /** Column of the row's weight by its cell's count. */
  public static final String WEIGHT = "sampling_weight";

  private static final long serialVersionUID = 1L;

  private static final StructType QUOTAS =
      new StructType()
          .add("quota_cell", DataTypes.LongType, false)
          .add(WEIGHT, DataTypes.DoubleType, false)
          .add(QUOTA, DataTypes.LongType, false);

  /**
   * What one cell gives.
   *
   * @param weight of one of its rows
   * @param rows how many it gives
   */
  record Quota(long cellId, double weight, long rows) implements Serializable {}

  private final String uid;
  private final List<Quota> quotas;

  GeoSamplerModel(String uid, List<Quota> quotas) {
    this.uid = uid;
    this.quotas = List.copyOf(quotas);
    setDefaultParams();
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    long seed = (long) $(seed());
    UDF1<String, Long> place = id -> new KeyedOrder(seed).of(id);
    Column order = udf(place, DataTypes.LongType).apply(col($(idCol())));
    Dataset<Row> ranked =
        dataset
            .where(col($(cellCol())).isNotNull())
            .withColumn(
                RANK,
                row_number()
                    .over(Window.partitionBy($(cellCol())).orderBy(order, col($(idCol())))));
    Dataset<Row> limited =
        ranked.join(
            broadcast(table(dataset.sparkSession())),
            ranked.col($(cellCol())).equalTo(col("quota_cell")));
    Dataset<Row> chosen =
        (boolean) $(keepAll()) ? limited : limited.where(col(RANK).leq(col(QUOTA)));
    return chosen.select(SchemaRules.columns(schema));
  }

  private Dataset<Row> table(SparkSession spark) {
    return spark.createDataFrame(
        quotas.stream()
            .map(quota -> RowFactory.create(quota.cellId(), quota.weight(), quota.rows()))
            .toList(),
        QUOTAS);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return withOutput(schema);
  }

  @Override
  public GeoSamplerModel copy(ParamMap extra) {
    return copyValues(new GeoSamplerModel(uid, quotas), extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return ModelFiles.writer(
        this, (spark, place) -> table(spark).coalesce(1).write().parquet(place));
  }

  public static MLReader<GeoSamplerModel> read() {
    return ModelFiles.reader(
        GeoSamplerModel.class,
        (uid, spark, place) ->
            new GeoSamplerModel(
                uid,
                spark
                    .read()
                    .schema(QUOTAS)
                    .parquet(place)
                    .orderBy("quota_cell")
                    .collectAsList()
                    .stream()
                    .map(row -> new Quota(row.getLong(0), row.getDouble(1), row.getLong(2)))
                    .toList()));
  }

  public static GeoSamplerModel load(String path) {
    return read().load(path);
  }
}
