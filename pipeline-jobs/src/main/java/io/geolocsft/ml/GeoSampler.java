package io.geolocsft.ml;

import io.geolocsft.config.SelectSettings;
import io.geolocsft.ml.param.GeoSamplerParams;
import io.geolocsft.ml.param.SettingParams;
import io.geolocsft.select.QuotaSampling;
import io.geolocsft.select.SamplingStrategy;
import io.geolocsft.select.SamplingUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * Draws exactly so many rows, spread over cells: fitting counts the rows of each cell, shares the
 * number among the cells by {@link SamplingStrategy} and takes from each the first in an order that
 * follows from the seed and each row's id alone ({@link QuotaSampling}). So the outcome is the same
 * for any partitioning and order of the rows. The driver sees counts, and of the rows those that
 * come first in the cells that give any. The model keeps the drawn rows of the data that it was
 * fitted to.
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
   * @throws IllegalArgumentException if there are fewer rows with a cell than {@code count}, or
   *     fewer that keep their distance
   */
  @Override
  public GeoSamplerModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    SelectSettings settings = SettingParams.read(this, SelectSettings.class);
    SamplingStrategy strategy = SamplingStrategy.of(settings.strategy());
    SampledRows rows = new SampledRows(this, dataset);
    SortedMap<SamplingUnit, Long> counts = rows.counts();
    QuotaSampling.Outcome outcome =
        QuotaSampling.of(
            new QuotaSampling.Settings(
                settings.count(),
                strategy,
                settings.alpha(),
                settings.bestOf(),
                settings.minDistanceKm()),
            counts,
            wanted -> rows.first(wanted, counts));
    requireUnique(outcome);
    List<GeoSamplerModel.Quota> quotas = new ArrayList<>();
    outcome
        .quotas()
        .forEach(
            (unit, quota) ->
                quotas.add(
                    new GeoSamplerModel.Quota(
                        unit,
                        quota,
                        counts.get(unit),
                        strategy.imageWeight(counts.get(unit), settings.alpha()))));
    return copyValues(
        new GeoSamplerModel(uid, quotas, outcome.drawn(), outcome.passedOver()), ParamMap.empty());
  }

  /** As far as it was looked: two rows with one id would be drawn as one. */
  private void requireUnique(QuotaSampling.Outcome outcome) {
    Set<String> ids = new HashSet<>();
    Stream.concat(
            outcome.drawn().stream().map(QuotaSampling.Drawn::imageId),
            outcome.passedOver().stream().map(QuotaSampling.PassedOver::imageId))
        .filter(id -> !ids.add(id))
        .findFirst()
        .ifPresent(
            id -> {
              throw new IllegalArgumentException(
                  "The ids in column '%s' are not unique: there are two rows with '%s'"
                      .formatted($(idCol()), id));
            });
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
    return ModelFiles.paramsReader(GeoSampler::new, GeoSampler.class);
  }

  public static GeoSampler load(String path) {
    return read().load(path);
  }
}
