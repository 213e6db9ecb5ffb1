package io.geolocsft.stage;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.select.Leakage;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What training must not see, small enough for every executor to hold. */
record BenchmarkImage(
    String imageId,
    String sha256,
    long perceptualHash,
    double latitude,
    double longitude,
    long cellId)
    implements Serializable {

  static List<BenchmarkImage> of(Dataset<Row> binned) {
    return binned
        .select("image_id", "sha256", "perceptual_hash", "latitude", "longitude", "cell_id")
        .orderBy("image_id")
        .collectAsList()
        .stream()
        .map(
            row ->
                new BenchmarkImage(
                    row.getString(0),
                    row.getString(1),
                    row.getLong(2),
                    row.getDouble(3),
                    row.getDouble(4),
                    row.getLong(5)))
        .toList();
  }

  Leakage.Image image() {
    return new Leakage.Image(
        imageId, sha256, perceptualHash, new GeoPoint(latitude, longitude), cellId);
  }
}
