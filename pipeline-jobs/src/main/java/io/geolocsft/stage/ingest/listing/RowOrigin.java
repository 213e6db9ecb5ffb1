package io.geolocsft.stage.ingest.listing;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Column;

/**
 * Columns that tell where a row of {@link ListedImages} comes from.
 *
 * @param place file and what is counted in it, {@code images.csv line}
 * @param line the number there
 * @param problem what kind of error the row is; null if it is none
 * @param detail what is wrong with it
 * @param member of an image in an archive its path there
 * @param uri of an image that lies in another file
 */
record RowOrigin(
    Column place, Column line, Column problem, Column detail, Column member, Column uri) {

  /**
   * A row of a table, which knows of no archives.
   *
   * @param malformed whether it could not be read
   * @param how what is wrong with it then
   */
  static RowOrigin of(Column place, Column line, Column malformed, String how) {
    return new RowOrigin(
        place,
        line,
        when(malformed, "malformed_row"),
        when(malformed, how),
        ListedImages.none(),
        ListedImages.none());
  }

  static RowOrigin of(Column place, Column line) {
    return of(place, line, lit(false), "");
  }

  List<Column> columns() {
    return List.of(
        place.as("place"),
        line.as("line"),
        problem.as("problem"),
        detail.as("detail"),
        member.as("member"),
        uri.as("uri"));
  }
}
