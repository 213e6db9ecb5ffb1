package io.geolocsft.stage.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import com.google.common.collect.AbstractIterator;
import com.google.common.collect.Iterators;
import com.google.common.collect.PeekingIterator;
import io.geolocsft.config.RunSettings;
import io.geolocsft.evaluate.AnswerBins;
import io.geolocsft.evaluate.Evaluation;
import io.geolocsft.evaluate.Tally;
import io.geolocsft.stage.FigureRows;
import io.geolocsft.table.Tables;
import java.io.Serializable;
import java.util.Iterator;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/**
 * Benchmarks of any size, in one pass over their answers: each partition counts them by slice,
 * model, group and bin of distance, and what was counted of a slice comes together on one executor.
 *
 * @param judged is told of every answer
 */
record TalliedSlices(
    Evaluation evaluation, RunSettings run, AnswerRows answers, LongAccumulator judged)
    implements Serializable {

  static final StructType TALLIED =
      AnswerRows.SLICE.add("model", DataTypes.StringType).add("tally", DataTypes.BinaryType);

  /** Rows of {@code metrics}, those of one slice in the order of a report. */
  Dataset<Row> figures(Dataset<Row> predictions, int partitions) {
    MapPartitionsFunction<Row, Row> count =
        rows -> new TalliedRows(rows, new AnswerBins(evaluation.convention()), answers, judged);
    FlatMapGroupsFunction<Row, Row, Row> figures = this::figures;
    Column[] slice =
        Stream.of(AnswerRows.SLICE.fieldNames()).map(functions::col).toArray(Column[]::new);
    return predictions
        .select(answers.columns(pmod(cluster(), lit((long) Tally.GROUPS)).cast("int")))
        .mapPartitions(count, Encoders.row(TALLIED))
        .repartition(partitions, slice)
        .groupBy(slice)
        .as(Encoders.row(AnswerRows.SLICE), Encoders.row(TALLIED))
        .flatMapSortedGroups(
            new Column[] {col("model")}, figures, Encoders.row(Tables.METRICS.struct()));
  }

  /** A number of what is drawn together; an image of an unknown author stands on its own. */
  private Column cluster() {
    Column image = xxhash64(lit("image"), col("image_id"));
    return evaluation.byAuthor()
        ? when(col("author").isNull(), image).otherwise(xxhash64(lit("author"), col("author")))
        : image;
  }

  private Iterator<Row> figures(Row slice, Iterator<Row> rows) {
    return evaluation
        .figures(
            slice.getAs("benchmark"),
            AnswerRows.slice(slice),
            () -> merged(Iterators.peekingIterator(rows)))
        .stream()
        .map(figure -> FigureRows.row(run, figure))
        .iterator();
  }

  /** What was counted of each model, one after the other. */
  private Iterator<Tally.OfModel> merged(PeekingIterator<Row> rows) {
    AnswerBins bins = new AnswerBins(evaluation.convention());
    return new AbstractIterator<>() {
      @Override
      protected Tally.OfModel computeNext() {
        if (!rows.hasNext()) {
          return endOfData();
        }
        String model = rows.peek().getAs("model");
        Tally tally = new Tally(bins);
        while (rows.hasNext() && rows.peek().getAs("model").equals(model)) {
          tally.merge(rows.next().getAs("tally"));
        }
        return new Tally.OfModel(model, tally);
      }
    };
  }
}
