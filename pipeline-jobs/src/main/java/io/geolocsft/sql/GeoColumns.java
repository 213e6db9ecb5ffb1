package io.geolocsft.sql;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.geolocsft.geo.CellSystem;
import io.geolocsft.select.KeyCutoffs;
import io.geolocsft.select.LeafLookup;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.classic.ExpressionUtils;

/** The functions as columns, for programs, in any session. */
public final class GeoColumns {

  private GeoColumns() {}

  /** The cell of a point; null where a coordinate is null or it is not a point on Earth. */
  public static Column cellId(CellSystem cells, Column latitude, Column longitude, int level) {
    return when(
        isPoint(latitude, longitude),
        ExpressionUtils.column(
            GeoExpressions.cellId(cells, expressions(latitude, longitude, lit(level)))));
  }

  /** A cell's ancestor of a level. */
  public static Column parent(CellSystem cells, Column id, int level) {
    return ExpressionUtils.column(GeoExpressions.parent(cells, expressions(id, lit(level))));
  }

  /** The leaf around a point; null where there is none, or no point. */
  public static Column leaf(LeafLookup leaves, Column latitude, Column longitude) {
    return when(
        isPoint(latitude, longitude),
        ExpressionUtils.column(GeoExpressions.leaf(leaves, expressions(latitude, longitude))));
  }

  /** Whether one of the leaves holds a cell of the level that they are looked up by. */
  public static Column holds(LeafLookup leaves, Column fineCell) {
    return ExpressionUtils.column(GeoExpressions.holds(leaves, expressions(fineCell)));
  }

  /** Whether a row is among the first of its stratum and cell in the keyed order. */
  public static Column isAmongFirst(
      KeyCutoffs cutoffs, Column stratum, Column cell, Column imageId) {
    return ExpressionUtils.column(
        GeoExpressions.isAmongFirst(cutoffs, expressions(stratum, cell, imageId)));
  }

  /** Whether both coordinates are there and within their ranges. */
  public static Column isPoint(Column latitude, Column longitude) {
    // To Spark, NaN is greater than any number.
    return latitude.between(-90, 90).and(longitude.between(-180, 180));
  }

  private static List<Expression> expressions(Column... columns) {
    return Stream.of(columns).map(ExpressionUtils::expression).toList();
  }
}
