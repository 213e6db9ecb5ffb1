package io.geolocsft.stage.evaluate;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.evaluate.AreaMatch;
import io.geolocsft.evaluate.Prediction;
import io.geolocsft.evaluate.Slice;
import io.geolocsft.evaluate.SliceDimension;
import io.geolocsft.failure.DataException;
import io.geolocsft.geo.GeoPoint;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Answers as rows, and the slices they belong to. By place, for there may be very many.
 *
 * @param dimensions by which images are sliced; each has its column in {@code predictions}
 */
record AnswerRows(List<SliceDimension> dimensions) implements Serializable {

  /** What is judged together, on one executor: a benchmark, and a part of a dimension of it. */
  static final StructType SLICE =
      new StructType()
          .add("benchmark", DataTypes.StringType)
          .add("dimension", DataTypes.StringType)
          .add("part", DataTypes.StringType);

  /** The first columns of a row, in the order in which they are read here. */
  static final StructType ANSWER =
      new StructType()
          .add("benchmark", DataTypes.StringType)
          .add("model", DataTypes.StringType)
          .add("truth_latitude", DataTypes.DoubleType)
          .add("truth_longitude", DataTypes.DoubleType)
          .add("latitude", DataTypes.DoubleType)
          .add("longitude", DataTypes.DoubleType)
          .add("parse_status", DataTypes.StringType)
          .add("same_country", DataTypes.BooleanType)
          .add("same_admin1", DataTypes.BooleanType)
          .add("same_place", DataTypes.BooleanType)
          .add("within_radius_50", DataTypes.BooleanType)
          .add("within_radius_90", DataTypes.BooleanType);

  /** The columns of {@code predictions} to select, and others after them. */
  Column[] columns(Column... others) {
    return Stream.of(
            Stream.of(ANSWER.fieldNames()).map(functions::col),
            dimensions.stream().map(each -> col(each.column()).as("by_" + each.label())),
            Stream.of(others))
        .flatMap(each -> each)
        .toArray(Column[]::new);
  }

  /** The same columns where they have been selected, and others. */
  Column[] names(List<String> others) {
    return Stream.of(
            Stream.of(ANSWER.fieldNames()),
            dimensions.stream().map(each -> "by_" + each.label()),
            others.stream())
        .flatMap(each -> each)
        .map(functions::col)
        .toArray(Column[]::new);
  }

  /** Where the others begin. */
  int width() {
    return ANSWER.size() + dimensions.size();
  }

  /** The parts of dimensions that the row's image belongs to. */
  List<Slice> parts(Row row) {
    List<Slice> slices = new ArrayList<>(dimensions.size() + 1);
    for (int i = 0; i < dimensions.size(); i++) {
      dimensions.get(i).of(row.get(ANSWER.size() + i)).ifPresent(slices::add);
    }
    return slices;
  }

  static String benchmark(Row row) {
    return row.getString(0);
  }

  static String model(Row row) {
    return row.getString(1);
  }

  static GeoPoint truth(Row row) {
    return new GeoPoint(row.getDouble(2), row.getDouble(3));
  }

  /**
   * @throws DataException if the answer is no point on Earth
   */
  static Prediction prediction(Row row) {
    Optional<GeoPoint> point =
        row.isNullAt(4) || row.isNullAt(5)
            ? Optional.empty()
            : Optional.of(point(row.getDouble(4), row.getDouble(5)));
    AreaMatch areas =
        new AreaMatch(match(row, 7), match(row, 8), match(row, 9), match(row, 10), match(row, 11));
    return new Prediction(point, row.getString(6), areas);
  }

  private static AreaMatch.Match match(Row row, int column) {
    return AreaMatch.Match.of((Boolean) row.get(column));
  }

  private static GeoPoint point(double latitude, double longitude) {
    if (!GeoPoint.isValid(latitude, longitude)) {
      throw new DataException(
          "A prediction is not a point on Earth (%s, %s): run infer again"
              .formatted(latitude, longitude));
    }
    return new GeoPoint(latitude, longitude);
  }

  /** The answer at a place, however it was read; none where that is null. */
  static Prediction prediction(Double latitude, Double longitude) {
    return latitude == null || longitude == null
        ? Prediction.NONE
        : new Prediction(Optional.of(point(latitude, longitude)), "");
  }

  /** Of a row of {@link #SLICE}. */
  static Slice slice(Row row) {
    return row.getString(1).isEmpty() ? Slice.ALL : new Slice(row.getString(1), row.getString(2));
  }
}
