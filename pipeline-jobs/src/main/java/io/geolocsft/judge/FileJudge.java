package io.geolocsft.judge;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;

import io.geolocsft.config.PipelineConfig;
import io.geolocsft.evaluate.Bootstrap;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Evaluation;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.ModelPair;
import io.geolocsft.evaluate.Prediction;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.geo.Country;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.stage.CountedRows;
import io.geolocsft.stage.GeoReference;
import io.geolocsft.stage.Progress;
import io.geolocsft.stage.evaluate.AnswerAreas;
import io.geolocsft.stage.evaluate.Judge;
import io.geolocsft.stage.evaluate.PredictionRow;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;

/**
 * Judges files of predictions as the stage {@code evaluate} judges those of a run. Every image of
 * the truth counts, whether there is an answer for it or not.
 */
public final class FileJudge {

  /** What an answer is put beside. */
  private static final StructType ASKED =
      new StructType()
          .add("benchmark", DataTypes.StringType)
          .add("image_id", DataTypes.StringType)
          .add("latitude", DataTypes.DoubleType)
          .add("longitude", DataTypes.DoubleType)
          .add("author", DataTypes.StringType)
          .add("country", DataTypes.StringType)
          .add("admin1", DataTypes.StringType)
          .add("region", DataTypes.StringType)
          .add("population_density", DataTypes.DoubleType);

  private final SparkSession spark;
  private final PipelineConfig config;
  private final LongFunction<Progress> judging;

  /**
   * @param config its {@code run}, {@code bin} and {@code evaluate} say how, as in a run
   * @param judging opens what shows how many answers of so many are judged
   */
  public FileJudge(SparkSession spark, PipelineConfig config, LongFunction<Progress> judging) {
    this.spark = spark;
    this.config = config;
    this.judging = judging;
  }

  /**
   * All figures.
   *
   * @param conventions to judge by; the first one makes distances and scores of single images
   * @throws ConfigException if two models have one name
   */
  public JudgedFiles judge(JudgeRequest request, List<Convention> conventions) {
    TruthFile truth = TruthFile.read(spark, request.truth(), request.benchmark());
    Broadcast<GeoReference> geography =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(GeoReference.read(config.bin(), spark));
    PredictionRow rows =
        new PredictionRow(config.run(), new AnswerAreas(geography), conventions.get(0));
    Dataset<Row> asked =
        asked(truth.images(), request.benchmarkName(), geography)
            .persist(StorageLevel.MEMORY_AND_DISK());
    List<JudgedFile> files = new ArrayList<>();
    Dataset<Row> predictions = null;
    for (InputFile file : request.predictions()) {
      PredictionFile own = PredictionFile.read(spark, file, request.benchmark(), request.models());
      IdJoin join =
          IdJoin.find(
              truth.images(),
              own,
              InputRole.PREDICTIONS.option() + " " + file.location(),
              InputRole.TRUTH.option() + " " + request.truth().location());
      files.add(
          new JudgedFile(
              file.location(),
              own.columns().text(),
              own.models(),
              join.rule(),
              own.count(),
              join.unknown(),
              join.examples()));
      Dataset<Row> judged = predictions(asked, own, join, rows);
      predictions = predictions == null ? judged : predictions.unionAll(judged);
    }
    List<String> models = models(files);
    Dataset<Row> all = predictions.persist(StorageLevel.MEMORY_AND_DISK());
    return new JudgedFiles(
        request.benchmarkName(),
        truth.columns().text(),
        truth.count(),
        truth.without(),
        byAuthor() && truth.columns().has(InputColumn.AUTHOR),
        files,
        conventions,
        figures(all, Map.of(request.benchmarkName(), truth.count()), models, conventions),
        all);
  }

  private static List<String> models(List<JudgedFile> files) {
    List<String> models = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JudgedFile file : files) {
      for (String model : file.models()) {
        if (!names.add(model)) {
          throw new ConfigException(
              "Two models are called '%s': give each file of --predictions its --name"
                  .formatted(model));
        }
        models.add(model);
      }
    }
    return models;
  }

  private boolean byAuthor() {
    return config.evaluate().resample().equals("author");
  }

  private static Dataset<Row> asked(
      Dataset<Row> images, String benchmark, Broadcast<GeoReference> geography) {
    MapFunction<Row, Row> asked = row -> asked(row, benchmark, geography.value());
    return images.map(asked, Encoders.row(ASKED));
  }

  private static Row asked(Row image, String benchmark, GeoReference earth) {
    double latitude = image.getDouble(1);
    double longitude = image.getDouble(2);
    Optional<Country> country = earth.countries().locate(latitude, longitude);
    return RowFactory.create(
        benchmark,
        image.getString(0),
        latitude,
        longitude,
        image.getString(3),
        country.map(Country::code).orElse(null),
        earth.admin1(latitude, longitude),
        country.map(Country::continent).filter(name -> !name.isEmpty()).orElse(null),
        earth.density(latitude, longitude));
  }

  /** An answer of each model for each image, as rows of {@code predictions}. */
  private static Dataset<Row> predictions(
      Dataset<Row> asked, PredictionFile file, IdJoin join, PredictionRow rows) {
    Column[] models = file.models().stream().map(name -> lit(name)).toArray(Column[]::new);
    MapFunction<Row, Row> judged = row -> judged(row, rows);
    return join.keyed(asked)
        .withColumn("model", explode(array(models)))
        .join(
            join.keyed(file.answers()).drop("image_id"), new String[] {IdJoin.KEY, "model"}, "left")
        .withColumn("status", coalesce(col("status"), lit(Prediction.NO_ANSWER)))
        .map(judged, Encoders.row(Tables.PREDICTIONS.struct()));
  }

  private static Row judged(Row row, PredictionRow rows) {
    Double latitude = row.getAs("answer_latitude");
    Optional<GeoPoint> answer =
        latitude == null
            ? Optional.empty()
            : Optional.of(new GeoPoint(latitude, row.<Double>getAs("answer_longitude")));
    return rows.of(row, row.getAs("model"), PredictionRow.Answer.of(answer, row.getAs("status")));
  }

  private List<Figure> figures(
      Dataset<Row> predictions,
      Map<String, Long> images,
      List<String> models,
      List<Convention> conventions) {
    Bootstrap bootstrap = config.evaluate().bootstrap(config.run().seed());
    List<ModelPair> pairs =
        models.stream().skip(1).map(model -> new ModelPair(model, models.get(0))).toList();
    Judge judge = new Judge(config.run(), List.of(), Evaluation.EXACT_IMAGES);
    LongAccumulator judged = spark.sparkContext().longAccumulator("judged");
    long total =
        conventions.size() * models.size() * images.values().stream().mapToLong(n -> n).sum();
    try (CountedRows unused = new CountedRows(judged, judging.apply(total), total)) {
      return conventions.stream()
          .map(convention -> new Evaluation(convention, bootstrap, byAuthor(), 1, pairs))
          .flatMap(evaluation -> judge.figures(evaluation, predictions, images, judged).stream())
          .toList();
    }
  }
}
