package io.geolocsft.cli.init;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.geolocsft.config.ImageSet;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.files.FolderListing;
import io.geolocsft.geo.CellSystem;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.stage.ingest.listing.ListedImages;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What ingest would find, without a look into the images.
 *
 * @param rows of the table, or files of the folder
 * @param placed those with coordinates on Earth
 * @param sequences how many there are
 * @param authors how many there are
 * @param places of a sample
 */
record Catalogue(long rows, long placed, long sequences, long authors, List<GeoPoint> places) {

  /** Places of a sample, about. Not the first ones: catalogues are often sorted by country. */
  private static final double SAMPLE = 200_000;

  private static final long SEED = 1;

  /** Reads the images to train on of a configuration. */
  static Catalogue of(SparkSession spark, PipelineConfig config) {
    List<FolderListing> listings = new ArrayList<>();
    try {
      ImageSet set = ImageSet.of(config).get(0);
      return of(ListedImages.of(spark, set, listings));
    } finally {
      listings.forEach(FolderListing::close);
    }
  }

  private static Catalogue of(Dataset<Row> rows) {
    Column latitude = expr("try_cast(latitude AS double)");
    Column longitude = expr("try_cast(longitude AS double)");
    Column isPlaced = latitude.between(-90, 90).and(longitude.between(-180, 180));
    Row counts =
        rows.agg(
                count(lit(1)),
                count(when(isPlaced, 1)),
                countDistinct(col("sequence_id")),
                countDistinct(col("author")))
            .head();
    List<GeoPoint> places =
        rows
            .where(isPlaced)
            .sample(Math.min(1, SAMPLE / Math.max(1, counts.getLong(1))), SEED)
            .select(latitude, longitude)
            .collectAsList()
            .stream()
            .map(row -> new GeoPoint(row.getDouble(0), row.getDouble(1)))
            .toList();
    return new Catalogue(
        counts.getLong(0), counts.getLong(1), counts.getLong(2), counts.getLong(3), places);
  }

  /** How many cells of a level hold places. */
  long cells(CellSystem system, int level) {
    return places.stream()
        .mapToLong(place -> system.cellId(place.latitude(), place.longitude(), level))
        .distinct()
        .count();
  }
}
