package io.geolocsft.ml;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.evaluate.BenchmarkImage;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Evaluation;
import io.geolocsft.evaluate.Metric;
import io.geolocsft.evaluate.Outcomes;
import io.geolocsft.evaluate.Prediction;
import io.geolocsft.ml.param.PointColumns;
import io.geolocsft.ml.param.SchemaRules;
import io.geolocsft.ml.param.SettingParams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * One figure of answers beside the truth, under a named {@link Convention}. A row whose answer is
 * null counts as the convention says. Up to {@link Evaluation#EXACT_IMAGES} rows come to the
 * driver; more are counted on the executors, where a quantile is that of the bin of distance, 0.5 %
 * wide, in which it lies.
 */
public final class GeolocationEvaluator extends Evaluator
    implements PointColumns<GeolocationEvaluator>, DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  private final String uid;

  public GeolocationEvaluator() {
    this(Identifiable$.MODULE$.randomUID("geolocationEvaluator"));
  }

  /** Spark ML copies and loads a stage by this constructor. */
  public GeolocationEvaluator(String uid) {
    this.uid = uid;
    setDefault(latitudeCol(), "answer_latitude");
    setDefault(longitudeCol(), "answer_longitude");
    setDefault(truthLatitudeCol(), "latitude");
    setDefault(truthLongitudeCol(), "longitude");
    setDefault(metricName(), "accuracy");
    setDefault(thresholdKm(), 750.0);
    setDefault(convention(), Convention.standard().name());
  }

  @Override
  public String uid() {
    return uid;
  }

  public Param<String> truthLatitudeCol() {
    return new Param<>(uid, "truthLatitudeCol", "column of true latitudes, degrees north, DOUBLE");
  }

  public Param<String> truthLongitudeCol() {
    return new Param<>(uid, "truthLongitudeCol", "column of true longitudes, degrees east, DOUBLE");
  }

  public Param<String> metricName() {
    return new Param<>(uid, "metricName", "accuracy, or as the table metrics calls it");
  }

  public DoubleParam thresholdKm() {
    return new DoubleParam(uid, "thresholdKm", "of the metric accuracy, km");
  }

  public Param<String> convention() {
    return new Param<>(
        uid, "convention", "one of " + Convention.names().collect(Collectors.joining(", ")));
  }

  public GeolocationEvaluator setTruthLatitudeCol(String column) {
    return SettingParams.put(this, truthLatitudeCol(), column);
  }

  public GeolocationEvaluator setTruthLongitudeCol(String column) {
    return SettingParams.put(this, truthLongitudeCol(), column);
  }

  public GeolocationEvaluator setMetricName(String name) {
    return SettingParams.put(this, metricName(), name);
  }

  public GeolocationEvaluator setThresholdKm(double km) {
    return SettingParams.put(this, thresholdKm(), km);
  }

  public GeolocationEvaluator setConvention(String name) {
    return SettingParams.put(this, convention(), name);
  }

  /**
   * @throws IllegalArgumentException if a param names no metric, convention or column, or a truth
   *     is null or no point on Earth
   */
  @Override
  public double evaluate(Dataset<?> dataset) {
    List<String> columns =
        List.of($(truthLatitudeCol()), $(truthLongitudeCol()), $(latitudeCol()), $(longitudeCol()));
    columns.forEach(column -> SchemaRules.require(dataset.schema(), column, DataTypes.DoubleType));
    Dataset<Row> rows =
        dataset.select(columns.stream().map(column -> col(column)).toArray(Column[]::new));
    List<Row> first = rows.limit(Evaluation.EXACT_IMAGES + 1).collectAsList();
    if (first.isEmpty()) {
      throw new IllegalArgumentException("There is no row to evaluate");
    }
    Convention judged = judged();
    return first.size() > Evaluation.EXACT_IMAGES
        ? CountedAnswers.of(judged, rows).value(metric(judged))
        : exact(judged, first);
  }

  /** The convention of the name, and the threshold that is asked for among its own. */
  private Convention judged() {
    Convention named = Convention.named($(convention()));
    return $(metricName()).equals("accuracy")
        ? named.withThreshold((double) $(thresholdKm()))
        : named;
  }

  private double exact(Convention judged, List<Row> rows) {
    List<BenchmarkImage> images = new ArrayList<>();
    List<Prediction> predictions = new ArrayList<>();
    for (Row row : rows) {
      images.add(BenchmarkImage.of(String.valueOf(images.size()), CountedAnswers.truth(row)));
      predictions.add(CountedAnswers.prediction(row));
    }
    double[] once = new double[images.size()];
    Arrays.fill(once, 1);
    return metric(judged).value(Outcomes.of(judged, images, predictions).weighted(once));
  }

  private Metric metric(Convention judged) {
    String name = $(metricName());
    if (name.equals("accuracy")) {
      return new Metric.Accuracy(judged.comparison(), (double) $(thresholdKm()));
    }
    List<Metric> all = Metric.all(judged);
    return all.stream()
        .filter(metric -> metric.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is not a metric; allowed: %s"
                        .formatted(
                            name,
                            all.stream()
                                .map(Metric::name)
                                .distinct()
                                .collect(Collectors.joining(", ")))));
  }

  /** Accuracy and score are, errors and shares of failures are not. */
  @Override
  public boolean isLargerBetter() {
    return $(metricName()).equals("accuracy") || $(metricName()).equals("mean_geoscore");
  }

  @Override
  public GeolocationEvaluator copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  public static MLReader<GeolocationEvaluator> read() {
    return ModelFiles.paramsReader(GeolocationEvaluator::new, GeolocationEvaluator.class);
  }

  public static GeolocationEvaluator load(String path) {
    return read().load(path);
  }
}
