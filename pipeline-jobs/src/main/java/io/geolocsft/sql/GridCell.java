package io.geolocsft.sql;

import io.geolocsft.geo.CellSystem;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal$;
import org.apache.spark.sql.types.DataTypes;

/** {@code grid_cell}: rows and columns are part of the query, not of the data. */
final class GridCell {

  private static final int MOST = 1_000_000;

  private GridCell() {}

  static Expression call(List<Expression> arguments) {
    String name =
        arguments.size() == 2
            ? "grid"
            : "grid:%sx%s".formatted(steps(arguments.get(2)), steps(arguments.get(3)));
    Expression level = Literal$.MODULE$.create(1, DataTypes.IntegerType);
    return GeoExpressions.cellId(
        CellSystem.of(name),
        Stream.concat(arguments.subList(0, 2).stream(), Stream.of(level)).toList());
  }

  private static int steps(Expression number) {
    if (!number.foldable()
        || !(number.eval(null) instanceof Integer steps)
        || steps < 1
        || steps > MOST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "grid_cell: rows and columns must be constant INTs from 1 to %d, not %s",
              MOST,
              number.sql()));
    }
    return steps;
  }
}
