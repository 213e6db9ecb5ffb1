package io.geolocsft.judge;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.geolocsft.answer.Answer;
import io.geolocsft.answer.AnswerReader;
import io.geolocsft.evaluate.Prediction;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.Excerpt;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.stage.ingest.listing.RowProblem;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * What one model or several answered.
 *
 * @param columns that were read
 * @param models their names
 * @param answers a row each: model, image_id, answer_latitude, answer_longitude, status
 * @param count how many
 */
record PredictionFile(FoundColumns columns, List<String> models, Dataset<Row> answers, long count) {

  /** The status of an answer in columns of coordinates. */
  static final String COORDINATES = "coordinates";

  /** As pandas, R and databases write what is not there. */
  private static final Set<String> NOTHING = Set.of("nan", "none", "null", "na", "n/a");

  /** More are hardly models. */
  private static final int MOST_MODELS = 50;

  private static final StructType CHECKED =
      new StructType()
          .add("model", DataTypes.StringType)
          .add("image_id", DataTypes.StringType)
          .add("answer_latitude", DataTypes.DoubleType)
          .add("answer_longitude", DataTypes.DoubleType)
          .add("status", DataTypes.StringType)
          .add("benchmark", DataTypes.StringType)
          .add(InputTable.PLACE, DataTypes.StringType)
          .add(InputTable.LINE, DataTypes.LongType)
          .add(InputTable.PROBLEM, DataTypes.StringType);

  /**
   * Reads and checks it.
   *
   * @param benchmark of a file that holds several; may be empty
   * @param models of a file that holds several; none takes all
   * @throws DataException if a row cannot be used or an image is there twice
   * @throws ConfigException if there is no such model or benchmark
   */
  static PredictionFile read(
      SparkSession spark, InputFile file, String benchmark, List<String> models) {
    InputRole role = InputRole.PREDICTIONS;
    OpenedFile opened = OpenedFile.of(spark, file, role);
    FoundColumns columns = opened.columns();
    String name = file.name().orElseGet(() -> modelName(file.location()));
    MapFunction<Row, Row> check = row -> checked(row, name);
    Dataset<Row> all =
        opened.rows().map(check, Encoders.row(CHECKED)).persist(StorageLevel.MEMORY_AND_DISK());
    CheckedRows.Counts counts =
        CheckedRows.check(
            all,
            "answer_latitude",
            opened,
            columns.has(InputColumn.ANSWER)
                ? "correct it"
                : "correct it, or leave both coordinates blank, which counts as no answer");
    Dataset<Row> ofBenchmark = opened.ofBenchmark(all, benchmark);
    List<String> own = models(ofBenchmark, opened, models, name);
    Dataset<Row> rows = ofBenchmark.where(col("model").isInCollection(own));
    if (file.name().isPresent() && own.size() > 1) {
      throw new ConfigException(
          "%s has several models, %s: name one of them by --model, or leave --name out"
              .formatted(opened.place(), Excerpt.of(own)));
    } else if (file.name().isPresent()) {
      own = List.of(name);
      rows = rows.withColumn("model", lit(name));
    }
    CheckedRows.requireOnce(
        rows,
        role,
        opened.table().names().contains("k")
            ? "there are several candidates for an image; give the table predictions, which has one answer made of them"
            : "leave one of them",
        "model",
        "image_id");
    return new PredictionFile(
        columns,
        own,
        rows.select("model", "image_id", "answer_latitude", "answer_longitude", "status"),
        columns.has(InputColumn.MODEL) || columns.has(InputColumn.BENCHMARK)
            ? rows.count()
            : counts.rows());
  }

  /** The file's name without what tells its form. */
  static String modelName(String location) {
    String name = new Path(null, null, location).getName();
    String plain = name.replaceFirst("(?i)\\.(gz|bz2|zst)$", "");
    return plain.replaceFirst("(?i)\\.(csv|tsv|txt|json|jsonl|ndjson|parquet|parq|pq)$", "");
  }

  private static List<String> models(
      Dataset<Row> rows, OpenedFile opened, List<String> asked, String name) {
    if (!opened.columns().has(InputColumn.MODEL)) {
      return List.of(name);
    }
    List<String> there = OpenedFile.values(rows, "model");
    List<String> chosen = asked.isEmpty() ? there : there.stream().filter(asked::contains).toList();
    if (chosen.isEmpty() || chosen.size() > MOST_MODELS) {
      throw new ConfigException(
          "%s has the models %s in its column %s: name some of them by --model"
              .formatted(
                  opened.place(),
                  Excerpt.of(there),
                  opened.columns().names().get(InputColumn.MODEL)));
    }
    return chosen;
  }

  private static Row checked(Row row, String name) {
    String image = null;
    Optional<GeoPoint> point = Optional.empty();
    String status = null;
    String problem = null;
    try {
      image = CheckedRows.image(row);
      String text = CheckedRows.text(row, InputColumn.ANSWER);
      if (text != null) {
        Answer answer = AnswerReader.read(text);
        point = answer.point();
        status = answer.status().toString();
      } else {
        point =
            CheckedRows.point(
                number(row, InputColumn.LATITUDE), number(row, InputColumn.LONGITUDE));
        status =
            Optional.ofNullable(CheckedRows.text(row, InputColumn.STATUS))
                .orElse(point.isPresent() ? COORDINATES : Prediction.NO_ANSWER);
      }
    } catch (RowProblem e) {
      problem = e.getMessage();
    }
    return RowFactory.create(
        Optional.ofNullable(CheckedRows.text(row, InputColumn.MODEL)).orElse(name),
        image,
        point.map(GeoPoint::latitude).orElse(null),
        point.map(GeoPoint::longitude).orElse(null),
        status,
        CheckedRows.text(row, InputColumn.BENCHMARK),
        row.getAs(InputTable.PLACE),
        row.getAs(InputTable.LINE),
        problem);
  }

  private static String number(Row row, InputColumn column) {
    String text = CheckedRows.text(row, column);
    return text == null || NOTHING.contains(text.replace("\"", "").toLowerCase(Locale.ROOT))
        ? null
        : text;
  }
}
