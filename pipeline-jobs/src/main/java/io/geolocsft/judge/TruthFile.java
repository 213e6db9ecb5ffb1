package io.geolocsft.judge;

import io.geolocsft.failure.DataException;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.stage.ingest.listing.RowProblem;
import java.util.Optional;
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
 * Where the images of a benchmark were taken.
 *
 * @param columns that were read
 * @param images a row each: image_id, latitude, longitude, author
 * @param count how many
 * @param without how many more have no coordinates, and are none of the benchmark's
 */
record TruthFile(FoundColumns columns, Dataset<Row> images, long count, long without) {

  private static final StructType CHECKED =
      new StructType()
          .add("image_id", DataTypes.StringType)
          .add("latitude", DataTypes.DoubleType)
          .add("longitude", DataTypes.DoubleType)
          .add("author", DataTypes.StringType)
          .add(InputTable.PLACE, DataTypes.StringType)
          .add(InputTable.LINE, DataTypes.LongType)
          .add(InputTable.PROBLEM, DataTypes.StringType);

  /**
   * Reads and checks it.
   *
   * @param benchmark of a file that holds several; empty takes all rows
   * @throws DataException if a row cannot be used or an image is there twice
   */
  static TruthFile read(SparkSession spark, InputFile file, String benchmark) {
    InputRole role = InputRole.TRUTH;
    OpenedFile opened = OpenedFile.of(spark, file, role);
    Dataset<Row> all = opened.rows();
    FoundColumns columns = opened.columns();
    MapFunction<Row, Row> check = TruthFile::checked;
    Dataset<Row> rows =
        opened
            .ofBenchmark(all, benchmark)
            .map(check, Encoders.row(CHECKED))
            .persist(StorageLevel.MEMORY_AND_DISK());
    CheckedRows.Counts counts = CheckedRows.check(rows, "latitude", opened, "correct it");
    CheckedRows.requireOnce(
        rows, role, "leave one of them, or name another column of images", "image_id");
    if (counts.points() == 0) {
      throw new DataException(
          "%s has no coordinates in any row (%s): name the columns by %s"
              .formatted(opened.place(), columns.text(), role.columnsOption()));
    }
    return new TruthFile(
        columns,
        rows.where("latitude IS NOT NULL").select("image_id", "latitude", "longitude", "author"),
        counts.points(),
        counts.rows() - counts.points());
  }

  private static Row checked(Row row) {
    String image = null;
    Optional<GeoPoint> point = Optional.empty();
    String problem = null;
    try {
      image = CheckedRows.image(row);
      point =
          CheckedRows.point(
              CheckedRows.text(row, InputColumn.LATITUDE),
              CheckedRows.text(row, InputColumn.LONGITUDE));
    } catch (RowProblem e) {
      problem = e.getMessage();
    }
    return RowFactory.create(
        image,
        point.map(GeoPoint::latitude).orElse(null),
        point.map(GeoPoint::longitude).orElse(null),
        CheckedRows.text(row, InputColumn.AUTHOR),
        row.getAs(InputTable.PLACE),
        row.getAs(InputTable.LINE),
        problem);
  }
}
