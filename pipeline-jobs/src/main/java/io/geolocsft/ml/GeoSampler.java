package io.geolocsft.ml;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.config.SelectSettings;
import io.geolocsft.ml.GeoSamplerModel.Quota;
import io.geolocsft.select.Apportionment;
import io.geolocsft.select.SamplingStrategy;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Draws exactly so many rows, spread over cells: fitting shares them among the cells by {@link
 * SamplingStrategy} and {@link Apportionment}, and the model takes from each cell its quota, the
 * first in an order that follows from the seed and each row's id alone. So the outcome is the same
 * for any partitioning and order of the rows.
 */
public final class GeoSampler extends Estimator<GeoSamplerModel>
    implements GeoSamplerParams<GeoSampler>, DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  private final String uid;

  public GeoSampler() {
    this(Identifiable$.MODULE$.randomUID("geoSampler"));
  }

  /** Spark ML copies and loads a stage by this constructor. */
  public GeoSampler(String uid) {
    this.uid = uid;
    setDefaultParams();
  }

  /** The stage that a configuration describes. */
  public static GeoSampler of(SelectSettings settings, long seed) {
    GeoSampler sampler = new GeoSampler().setSeed(seed);
    SettingParams.write(settings, sampler);
    return sampler;
  }

  @Override
  public String uid() {
    return uid;
  }

  /**
   * @throws IllegalArgumentException if there are fewer rows with a cell than {@code count}
   */
  @Override
  public GeoSamplerModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    SelectSettings settings = SettingParams.read(this, SelectSettings.class);
    SamplingStrategy strategy = SamplingStrategy.of(settings.strategy());
    TreeMap<Long, Long> counts = counts(dataset);
    List<Long> cells = List.copyOf(counts.keySet());
    long[] capacities = counts.values().stream().mapToLong(Long::longValue).toArray();
    double[] weights =
        counts.values().stream()
            .mapToDouble(count -> strategy.cellWeight(count, settings.alpha()))
            .toArray();
    long[] quotas = Apportionment.of(settings.count(), weights, capacities);
    List<Quota> shared =
        IntStream.range(0, quotas.length)
            .mapToObj(
                i ->
                    new Quota(
                        cells.get(i),
                        strategy.imageWeight(capacities[i], settings.alpha()),
                        quotas[i]))
            .toList();
    return copyValues(new GeoSamplerModel(uid, shared), ParamMap.empty());
  }

  private TreeMap<Long, Long> counts(Dataset<?> dataset) {
    TreeMap<Long, Long> counts = new TreeMap<>();
    for (Row row :
        dataset
            .where(col($(cellCol())).isNotNull())
            .groupBy($(cellCol()))
            .count()
            .collectAsList()) {
      counts.put(row.getLong(0), row.getLong(1));
    }
    return counts;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return withOutput(schema);
  }

  @Override
  public GeoSampler copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  public static MLReader<GeoSampler> read() {
    return new DefaultParamsReader<>();
  }

  public static GeoSampler load(String path) {
    return read().load(path);
  }
}
