package io.geolocsft.stage.ingest;

import io.geolocsft.evaluate.reference.Thumbnail;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.Wkb;
import io.geolocsft.image.ImageQuality;
import io.geolocsft.image.PerceptualHash;
import io.geolocsft.image.RgbImage;
import io.geolocsft.stage.ingest.listing.ListedImages;
import io.geolocsft.table.Tables;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * An image that ingest takes, on its way into the catalogue.
 *
 * @param listed its row in {@link ListedImages}
 * @param source name of its origin
 * @param uri of its file
 * @param sha256 of its bytes
 * @param image its pixels
 * @param point where it was taken
 * @param capturedAt microseconds since 1970, or null
 * @param exifKm from the table's position to EXIF's, or null
 */
record TakenImage(
    Row listed,
    String source,
    String uri,
    String sha256,
    RgbImage image,
    GeoPoint point,
    Long capturedAt,
    Double exifKm) {

  /** The columns of the catalogue, in its order. */
  Row row() {
    ImageQuality quality = ImageQuality.measure(image);
    return RowFactory.create(
        listed.getAs("image_id"),
        source,
        listed.getAs("split"),
        uri,
        listed.getAs("member"),
        sha256,
        image.width(),
        image.height(),
        PerceptualHash.of(image),
        quality.blur(),
        quality.brightness(),
        quality.contrast(),
        quality.entropy(),
        point.latitude(),
        point.longitude(),
        Wkb.point(point),
        RowFactory.create(point.longitude(), point.latitude(), point.longitude(), point.latitude()),
        capturedAt,
        listed.getAs("sequence_id"),
        listed.getAs("author"),
        null,
        null,
        null,
        null,
        listed.getAs("country"),
        exifKm);
  }

  /** The row's part of {@link Tables#THUMBNAILS}. */
  byte[] thumbnail() {
    return Thumbnail.of(image).toBytes();
  }
}
