package io.geolocsft.stage.evaluate;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.config.RunSettings;
import io.geolocsft.evaluate.BenchmarkImage;
import io.geolocsft.evaluate.Evaluation;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.Prediction;
import io.geolocsft.evaluate.Slice;
import io.geolocsft.failure.DataException;
import io.geolocsft.stage.FigureRows;
import io.geolocsft.table.Tables;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/**
 * Benchmarks that are small enough to draw their images themselves: the answers of each slice come
 * together on one executor.
 *
 * @param judged is told of every answer
 */
record ExactSlices(
    Evaluation evaluation, RunSettings run, AnswerRows answers, LongAccumulator judged)
    implements Serializable {

  private static final StructType SLICED =
      AnswerRows.ANSWER
          .add("image_id", DataTypes.StringType)
          .add("author", DataTypes.StringType)
          .add("dimension", DataTypes.StringType)
          .add("part", DataTypes.StringType);

  /** Rows of {@code metrics}, those of one slice in the order of a report. */
  Dataset<Row> figures(Dataset<Row> predictions, int partitions) {
    FlatMapFunction<Row, Row> sliced = this::sliced;
    FlatMapGroupsFunction<Row, Row, Row> figures = this::figures;
    Column[] slice =
        Stream.of(AnswerRows.SLICE.fieldNames()).map(functions::col).toArray(Column[]::new);
    return predictions
        .select(answers.columns(col("image_id"), col("author")))
        .flatMap(sliced, Encoders.row(SLICED))
        .repartition(partitions, slice)
        .groupBy(slice)
        .as(Encoders.row(AnswerRows.SLICE), Encoders.row(SLICED))
        .flatMapGroups(figures, Encoders.row(Tables.METRICS.struct()));
  }

  private Iterator<Row> sliced(Row row) {
    judged.add(1);
    return Stream.concat(Stream.of(Slice.ALL), answers.parts(row).stream())
        .map(slice -> sliced(row, slice))
        .iterator();
  }

  private Row sliced(Row row, Slice slice) {
    int width = AnswerRows.ANSWER.size();
    Object[] values = new Object[SLICED.size()];
    for (int i = 0; i < width; i++) {
      values[i] = row.get(i);
    }
    values[width] = row.get(answers.width());
    values[width + 1] = row.get(answers.width() + 1);
    values[width + 2] = slice.dimension();
    values[width + 3] = slice.value();
    return RowFactory.create(values);
  }

  private Iterator<Row> figures(Row slice, Iterator<Row> rows) {
    Map<String, BenchmarkImage> images = new TreeMap<>();
    Map<String, Map<String, Prediction>> models = new TreeMap<>();
    rows.forEachRemaining(
        row -> {
          String id = row.getAs("image_id");
          images.putIfAbsent(id, image(id, row));
          Prediction earlier =
              models
                  .computeIfAbsent(AnswerRows.model(row), unused -> new HashMap<>())
                  .put(id, AnswerRows.prediction(row));
          if (earlier != null) {
            throw new DataException(
                "The predictions hold image %s of %s twice for the model %s: run infer again"
                    .formatted(id, AnswerRows.benchmark(row), AnswerRows.model(row)));
          }
        });
    List<Figure> figures =
        evaluation.figures(
            slice.getAs("benchmark"),
            AnswerRows.slice(slice),
            List.copyOf(images.values()),
            models);
    return figures.stream().map(figure -> FigureRows.row(run, figure)).iterator();
  }

  private static BenchmarkImage image(String id, Row row) {
    return new BenchmarkImage(
        id,
        AnswerRows.truth(row),
        Optional.ofNullable(row.getAs("author")),
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty());
  }
}
