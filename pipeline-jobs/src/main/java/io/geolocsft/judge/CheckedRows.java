package io.geolocsft.judge;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.geolocsft.failure.DataException;
import io.geolocsft.failure.Excerpt;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.stage.ingest.StatedPoint;
import io.geolocsft.stage.ingest.listing.RowProblem;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What rows of truths and of predictions must hold alike. */
final class CheckedRows {

  /**
   * How many rows a file has.
   *
   * @param points rows with coordinates
   */
  record Counts(long rows, long points) {}

  private CheckedRows() {}

  /** The text of a column; null where there is none or the column is not asked for. */
  static String text(Row row, InputColumn column) {
    int index =
        row.schema().getFieldIndex(column.key()).isDefined() ? row.fieldIndex(column.key()) : -1;
    String text = index < 0 || row.isNullAt(index) ? "" : row.getString(index).strip();
    return text.isEmpty() ? null : text;
  }

  /**
   * The image's name.
   *
   * @throws RowProblem if the row cannot be read or names none
   */
  static String image(Row row) throws RowProblem {
    String problem = row.getAs(InputTable.PROBLEM);
    if (problem != null) {
      throw new RowProblem("malformed_row", problem);
    }
    String image = text(row, InputColumn.IMAGE);
    if (image == null) {
      throw new RowProblem("missing_id", "no name of an image");
    }
    return image;
  }

  /**
   * A point, empty where there are no coordinates.
   *
   * @throws RowProblem if they are none on Earth, or one is missing
   */
  static Optional<GeoPoint> point(String latitude, String longitude) throws RowProblem {
    if (latitude == null != (longitude == null)) {
      throw new RowProblem(
          "missing_coordinates",
          "a %s alone".formatted(latitude == null ? "longitude" : "latitude"));
    }
    return StatedPoint.parse(latitude, longitude);
  }

  /**
   * Looks for rows that cannot be used.
   *
   * @param point a column of coordinates
   * @return how many rows there are, and how many of them have coordinates
   * @throws DataException naming the first, and how many more there are; or if there is no row
   */
  static Counts check(Dataset<Row> rows, String point, OpenedFile file, String remedy) {
    Column isWrong = col(InputTable.PROBLEM).isNotNull();
    Row counts =
        rows.agg(
                count(lit(1)),
                count(col(InputTable.PROBLEM)),
                min(when(isWrong, struct(InputTable.PLACE, InputTable.LINE, InputTable.PROBLEM))),
                count(col(point)))
            .first();
    if (counts.getLong(0) == 0) {
      throw new DataException("%s has no rows: give another file".formatted(file.place()));
    }
    if (counts.getLong(1) > 0) {
      Row first = counts.getStruct(2);
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s %s %d: %s%s: %s",
              file.columns().role().option(),
              first.getString(0),
              first.getLong(1),
              first.getString(2),
              more(counts.getLong(1) - 1, "row"),
              remedy));
    }
    return new Counts(counts.getLong(0), counts.getLong(3));
  }

  /**
   * Looks for images that are there twice.
   *
   * @param key the columns that tell rows apart, the image's name last
   * @throws DataException naming the first, and how many more there are
   */
  static void requireOnce(Dataset<Row> rows, InputRole role, String remedy, String... key) {
    Column[] columns = Stream.of(key).map(name -> col(name)).toArray(Column[]::new);
    Column where = struct(InputTable.PLACE, InputTable.LINE);
    Row twice =
        rows.groupBy(columns)
            .agg(count(lit(1)).as("rows"), min(where).as("first"), max(where).as("last"))
            .where("rows > 1")
            .agg(count(lit(1)), min(struct(col("last"), col("first"), columns[key.length - 1])))
            .first();
    if (twice.getLong(0) > 0) {
      Row found = twice.getStruct(1);
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s %s %d: the image '%s' is there already, in %s %d%s: %s",
              role.option(),
              found.getStruct(0).getString(0),
              found.getStruct(0).getLong(1),
              Excerpt.of(found.getString(2)),
              found.getStruct(1).getString(0),
              found.getStruct(1).getLong(1),
              more(twice.getLong(0) - 1, "image"),
              remedy));
    }
  }

  private static String more(long count, String what) {
    return count == 0
        ? ""
        : String.format(Locale.ROOT, " (and %d more %s%s)", count, what, count == 1 ? "" : "s");
  }
}
