package io.geolocsft.ml;

import io.geolocsft.evaluate.AnswerBins;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Prediction;
import io.geolocsft.evaluate.Tally;
import io.geolocsft.geo.GeoPoint;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Answers of any number, counted where they are: rows of the truth's latitude and longitude and of
 * the answer's.
 */
final class CountedAnswers {

  private CountedAnswers() {}

  /** What all rows come to; a few thousand numbers of each partition meet in one task. */
  static Tally of(Convention convention, Dataset<Row> rows) {
    MapPartitionsFunction<Row, byte[]> count = part -> List.of(count(convention, part)).iterator();
    MapPartitionsFunction<byte[], byte[]> merge =
        parts -> List.of(merged(convention, parts).toBytes()).iterator();
    return merged(
        convention,
        rows.mapPartitions(count, Encoders.BINARY())
            .repartition(1)
            .mapPartitions(merge, Encoders.BINARY())
            .collectAsList()
            .iterator());
  }

  private static byte[] count(Convention convention, Iterator<Row> rows) {
    Tally tally = new Tally(new AnswerBins(convention));
    rows.forEachRemaining(row -> tally.add(0, truth(row), prediction(row)));
    return tally.toBytes();
  }

  private static Tally merged(Convention convention, Iterator<byte[]> parts) {
    Tally all = new Tally(new AnswerBins(convention));
    parts.forEachRemaining(all::merge);
    return all;
  }

  /**
   * @throws IllegalArgumentException if it is null or no point on Earth
   */
  static GeoPoint truth(Row row) {
    if (row.isNullAt(0) || row.isNullAt(1)) {
      throw new IllegalArgumentException("A row has no true coordinates");
    }
    return new GeoPoint(row.getDouble(0), row.getDouble(1));
  }

  static Prediction prediction(Row row) {
    return row.isNullAt(2) || row.isNullAt(3)
        ? Prediction.NONE
        : Prediction.at(row.getDouble(2), row.getDouble(3));
  }
}
