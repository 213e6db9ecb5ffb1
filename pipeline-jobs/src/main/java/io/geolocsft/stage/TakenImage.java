package io.geolocsft.stage;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.image.ImageQuality;
import io.geolocsft.image.PerceptualHash;
import io.geolocsft.image.RgbImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
 */
record TakenImage(
    Row listed,
    String source,
    String uri,
    String sha256,
    RgbImage image,
    GeoPoint point,
    Long capturedAt) {

  private static final int WKB_POINT = 1;

  /** The columns of the catalogue, in its order. */
  Row row() {
    ImageQuality quality = ImageQuality.measure(image);
    return RowFactory.create(
        listed.getAs("image_id"),
        source,
        listed.getAs("split"),
        uri,
        null,
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
        wellKnownBinary(),
        RowFactory.create(point.longitude(), point.latitude(), point.longitude(), point.latitude()),
        capturedAt,
        listed.getAs("sequence_id"),
        listed.getAs("author"),
        null,
        null,
        null,
        null);
  }

  /** OGC 06-103r4, little-endian: longitude before latitude. */
  private byte[] wellKnownBinary() {
    return ByteBuffer.allocate(1 + Integer.BYTES + 2 * Double.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 1)
        .putInt(WKB_POINT)
        .putDouble(point.longitude())
        .putDouble(point.latitude())
        .array();
  }
}
