package io.geolocsft.geo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.io.ByteOrderValues;
import org.locationtech.jts.io.ParseException;
import org.locationtech.jts.io.WKBReader;
import org.locationtech.jts.io.WKBWriter;

/**
 * Well-known binary, little-endian, x = longitude and y = latitude in degrees, as GeoParquet asks.
 */
public final class Wkb {

  private static final int POINT = 1;
  private static final int POINT_BYTES = 21;

  private Wkb() {}

  /** A point as 21 bytes. */
  public static byte[] point(GeoPoint point) {
    return ByteBuffer.allocate(POINT_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 1)
        .putInt(POINT)
        .putDouble(point.longitude())
        .putDouble(point.latitude())
        .array();
  }

  /**
   * The bounds of a geometry. One that lies across the antimeridian reaches from -180 to 180.
   *
   * @throws IllegalArgumentException if the bytes are not WKB
   */
  public static Bounds bounds(byte[] wkb) {
    try {
      Envelope box = new WKBReader().read(wkb).getEnvelopeInternal();
      return new Bounds(box.getMinX(), box.getMinY(), box.getMaxX(), box.getMaxY());
    } catch (ParseException e) {
      throw new IllegalArgumentException("Not WKB: " + e.getMessage(), e);
    }
  }

  /** A rectangle as a polygon. */
  static byte[] box(Bounds box) {
    return geometry(
        new GeometryFactory()
            .toGeometry(new Envelope(box.xmin(), box.xmax(), box.ymin(), box.ymax())));
  }

  static byte[] geometry(Geometry geometry) {
    return new WKBWriter(2, ByteOrderValues.LITTLE_ENDIAN).write(geometry);
  }
}
