package io.geolocsft.stage.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;

import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.DiscordantImages;
import io.geolocsft.evaluate.ModelPair;
import io.geolocsft.evaluate.Slice;
import io.geolocsft.geo.GeoPoint;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF4;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * On how many images only one of two models is right, for benchmarks of any size: the answers of
 * both for an image come together by a join, and of those only the images on which they differ are
 * counted.
 */
record PairedAnswers(Convention convention, AnswerRows answers) implements Serializable {

  private static final StructType COUNTED =
      AnswerRows.SLICE
          .add("threshold", DataTypes.IntegerType) // its place among the convention's
          .add("one", DataTypes.LongType)
          .add("other", DataTypes.LongType);

  /** Where the two models' thresholds are found, after the answer and the dimensions. */
  private static final List<String> WITHIN = List.of("within_one", "within_other");

  /**
   * What is counted, of one model's answers against another's.
   *
   * @param benchmark its name
   * @param thresholdKm within which exactly one of the two is
   */
  record Counted(String benchmark, Slice slice, double thresholdKm) {}

  /** Counts of everything for which there are any. */
  Map<Counted, DiscordantImages> counts(Dataset<Row> predictions, ModelPair pair) {
    MapPartitionsFunction<Row, Row> count = this::count;
    Column[] key =
        Stream.of("benchmark", "dimension", "part", "threshold")
            .map(name -> col(name))
            .toArray(Column[]::new);
    Map<Counted, DiscordantImages> counts = new HashMap<>();
    of(predictions, pair.minuend(), WITHIN.get(0))
        .join(
            of(predictions, pair.subtrahend(), WITHIN.get(1))
                .select("benchmark", "image_id", WITHIN.get(1)),
            new String[] {"benchmark", "image_id"})
        .where(col(WITHIN.get(0)).notEqual(col(WITHIN.get(1)))) // null where one is dropped
        .select(answers.names(WITHIN))
        .mapPartitions(count, Encoders.row(COUNTED))
        .groupBy(key)
        .agg(sum("one"), sum("other"))
        .collectAsList()
        .forEach(
            row ->
                counts.put(
                    new Counted(
                        AnswerRows.benchmark(row),
                        AnswerRows.slice(row),
                        convention.thresholdsKm().get(row.getInt(3))),
                    new DiscordantImages(row.getLong(4), row.getLong(5))));
    return counts;
  }

  /** A model's answers with the thresholds that each is within, a bit for each. */
  private Dataset<Row> of(Dataset<Row> predictions, String model, String name) {
    UDF4<Double, Double, Double, Double, Long> bits = this::within;
    UserDefinedFunction within = udf(bits, DataTypes.LongType);
    return predictions
        .where(col("model").equalTo(model))
        .select(
            answers.columns(
                col("image_id"),
                within
                    .apply(
                        col("truth_latitude"),
                        col("truth_longitude"),
                        col("latitude"),
                        col("longitude"))
                    .as(name)));
  }

  private Long within(Double truthLatitude, Double truthLongitude, Double lat, Double lon) {
    double km =
        convention.distanceKm(
            new GeoPoint(truthLatitude, truthLongitude), AnswerRows.prediction(lat, lon));
    if (Double.isNaN(km)) {
      return null;
    }
    long bits = 0;
    for (int i = 0; i < convention.thresholdsKm().size(); i++) {
      bits |= convention.comparison().within(km, convention.thresholdsKm().get(i)) ? 1L << i : 0;
    }
    return bits;
  }

  private Iterator<Row> count(Iterator<Row> rows) {
    Map<List<Object>, long[]> counts = new HashMap<>();
    while (rows.hasNext()) {
      Row row = rows.next();
      long one = row.getLong(answers.width());
      long other = row.getLong(answers.width() + 1);
      List<Slice> slices = answers.parts(row);
      slices.add(Slice.ALL);
      for (long left = one ^ other; left != 0; left &= left - 1) {
        int threshold = Long.numberOfTrailingZeros(left);
        int which = (one >>> threshold & 1) == 1 ? 0 : 1;
        for (Slice slice : slices) {
          counts
              .computeIfAbsent(
                  List.of(AnswerRows.benchmark(row), slice, threshold), unused -> new long[2])[
              which]++;
        }
      }
    }
    List<Row> counted = new ArrayList<>();
    counts.forEach(
        (key, pair) ->
            counted.add(
                RowFactory.create(
                    key.get(0),
                    ((Slice) key.get(1)).dimension(),
                    ((Slice) key.get(1)).value(),
                    key.get(2),
                    pair[0],
                    pair[1])));
    return counted.iterator();
  }
}
