package io.geolocsft.ml;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

import io.geolocsft.files.Locations;
import io.geolocsft.ml.param.GeoSamplerParams;
import io.geolocsft.ml.param.SchemaRules;
import io.geolocsft.select.QuotaSampling.Drawn;
import io.geolocsft.select.QuotaSampling.PassedOver;
import io.geolocsft.select.SamplingUnit;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The rows that a {@link GeoSampler} drew, by their ids. Adds to each its {@code rank} among those
 * of its cell and stratum (INT, from 1), the {@code quota} of these (BIGINT), how many rows were
 * {@code available} (BIGINT) and the row's {@code sampling_weight} (DOUBLE). With {@code keepAll}
 * the other rows that have a cell stay, without a rank; where one was passed over, {@code near_id}
 * and {@code near_km} tell which drawn row it is too close to.
 */
public final class GeoSamplerModel extends Model<GeoSamplerModel>
    implements GeoSamplerParams<GeoSamplerModel>, MLWritable {

  private static final long serialVersionUID = 1L;

  private static final StructType QUOTAS =
      new StructType()
          .add("quota_stratum", DataTypes.StringType, false)
          .add("quota_cell", DataTypes.LongType, false)
          .add(QUOTA, DataTypes.LongType, false)
          .add(AVAILABLE, DataTypes.LongType, false)
          .add(WEIGHT, DataTypes.DoubleType, false);

  /** Of a row that was drawn, or passed over. */
  private static final StructType SEEN =
      new StructType()
          .add("seen_id", DataTypes.StringType, false)
          .add("seen_stratum", DataTypes.StringType, false)
          .add("seen_cell", DataTypes.LongType, false)
          .add(RANK, DataTypes.IntegerType, true)
          .add(NEAR_ID, DataTypes.StringType, true)
          .add(NEAR_KM, DataTypes.DoubleType, true);

  /**
   * What one unit gives.
   *
   * @param rows how many it gives
   * @param available how many it has
   * @param weight of one of its rows
   */
  record Quota(SamplingUnit unit, long rows, long available, double weight)
      implements Serializable {}

  private final String uid;
  private final List<Quota> quotas;
  private final List<Drawn> drawn;
  private final List<PassedOver> passedOver;

  GeoSamplerModel(String uid, List<Quota> quotas, List<Drawn> drawn, List<PassedOver> passedOver) {
    this.uid = uid;
    this.quotas = List.copyOf(quotas);
    this.drawn = List.copyOf(drawn);
    this.passedOver = List.copyOf(passedOver);
    setDefaultParams();
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    SparkSession spark = dataset.sparkSession();
    boolean all = (boolean) $(keepAll());
    Dataset<Row> withCell = dataset.toDF().where(col($(cellCol())).isNotNull());
    Dataset<Row> seen =
        all ? seen(spark) : seen(spark).where(col(RANK).isNotNull()).drop(NEAR_ID, NEAR_KM);
    Column same =
        col($(idCol()))
            .equalTo(col("seen_id"))
            .and(col($(cellCol())).equalTo(col("seen_cell")))
            .and(SampledRows.stratum($(stratumCol())).equalTo(col("seen_stratum")));
    Dataset<Row> known = withCell.join(broadcast(seen), same, all ? "left" : "inner");
    return known
        .join(
            broadcast(quotas(spark)),
            col($(cellCol()))
                .equalTo(col("quota_cell"))
                .and(SampledRows.stratum($(stratumCol())).equalTo(col("quota_stratum"))))
        .select(SchemaRules.columns(schema));
  }

  private Dataset<Row> quotas(SparkSession spark) {
    return spark.createDataFrame(
        quotas.stream()
            .map(
                quota ->
                    RowFactory.create(
                        quota.unit().stratum(),
                        quota.unit().cellId(),
                        quota.rows(),
                        quota.available(),
                        quota.weight()))
            .toList(),
        QUOTAS);
  }

  private Dataset<Row> seen(SparkSession spark) {
    Stream<Row> ranked =
        drawn.stream().map(row -> seen(row.imageId(), row.unit(), row.rank(), null, null));
    Stream<Row> others =
        passedOver.stream().map(row -> seen(row.imageId(), row.unit(), null, row.near(), row.km()));
    return spark.createDataFrame(Stream.concat(ranked, others).toList(), SEEN);
  }

  private static Row seen(
      String id, SamplingUnit unit, Integer rank, String nearId, Double nearKm) {
    return RowFactory.create(id, unit.stratum(), unit.cellId(), rank, nearId, nearKm);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return withOutput(schema);
  }

  @Override
  public GeoSamplerModel copy(ParamMap extra) {
    return copyValues(new GeoSamplerModel(uid, quotas, drawn, passedOver), extra)
        .setParent(parent());
  }

  @Override
  public MLWriter write() {
    return ModelFiles.writer(
        this,
        (spark, place) -> {
          quotas(spark).coalesce(1).write().parquet(place + "/quotas");
          seen(spark).coalesce(1).write().parquet(place + "/rows");
        });
  }

  public static MLReader<GeoSamplerModel> read() {
    return ModelFiles.reader(GeoSamplerModel.class, GeoSamplerModel::load);
  }

  public static GeoSamplerModel load(String path) {
    return read().load(path);
  }

  private static GeoSamplerModel load(String uid, SparkSession spark, String place) {
    List<Quota> quotas =
        Locations.reader(spark).schema(QUOTAS).parquet(place + "/quotas").collectAsList().stream()
            .map(
                row ->
                    new Quota(
                        new SamplingUnit(row.getString(0), row.getLong(1)),
                        row.getLong(2),
                        row.getLong(3),
                        row.getDouble(4)))
            .toList();
    List<Drawn> drawn = new ArrayList<>();
    List<PassedOver> passedOver = new ArrayList<>();
    for (Row row : Locations.reader(spark).schema(SEEN).parquet(place + "/rows").collectAsList()) {
      SamplingUnit unit = new SamplingUnit(row.getString(1), row.getLong(2));
      if (row.isNullAt(3)) {
        passedOver.add(new PassedOver(row.getString(0), unit, row.getString(4), row.getDouble(5)));
      } else {
        drawn.add(new Drawn(row.getString(0), unit, row.getInt(3)));
      }
    }
    return new GeoSamplerModel(uid, quotas, drawn, passedOver);
  }
}
