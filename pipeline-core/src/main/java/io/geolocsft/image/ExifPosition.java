package io.geolocsft.image;

import com.drew.lang.Rational;
import com.drew.metadata.Directory;
import com.drew.metadata.StringValue;
import com.drew.metadata.exif.GpsDirectory;
import io.geolocsft.geo.GeoPoint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Where an Exif GPS directory says that a picture was taken. The library's own reading takes 0/0
 * for zero and every reference but one S or W for north and east.
 */
final class ExifPosition {

  private ExifPosition() {}

  /** The position, if both its coordinates are clear and on Earth. */
  static Optional<GeoPoint> of(Directory gps) {
    return of(
        angle(gps, GpsDirectory.TAG_LATITUDE, GpsDirectory.TAG_LATITUDE_REF),
        angle(gps, GpsDirectory.TAG_LONGITUDE, GpsDirectory.TAG_LONGITUDE_REF));
  }

  static Optional<GeoPoint> of(ExifAngle latitude, ExifAngle longitude) {
    OptionalDouble north = latitude.north();
    OptionalDouble east = longitude.east();
    return north.isPresent()
            && east.isPresent()
            && GeoPoint.isValid(north.getAsDouble(), east.getAsDouble())
        ? Optional.of(new GeoPoint(north.getAsDouble(), east.getAsDouble()))
        : Optional.empty();
  }

  private static ExifAngle angle(Directory gps, int tag, int referenceTag) {
    return new ExifAngle(parts(gps.getObject(tag)), reference(gps.getObject(referenceTag)));
  }

  private static double[] parts(Object value) {
    if (value instanceof Rational[] parts) {
      return Arrays.stream(parts).mapToDouble(ExifPosition::number).toArray();
    }
    if (value instanceof Rational part) {
      return new double[] {number(part)};
    }
    if (value instanceof double[] parts) {
      return parts;
    }
    return value instanceof Number part ? new double[] {part.doubleValue()} : new double[0];
  }

  /** A denominator of zero means that the value is not known. */
  private static double number(Rational part) {
    return part.getDenominator() == 0 ? Double.NaN : part.doubleValue();
  }

  /** Up to the first NUL, which ends a text in Exif. */
  private static String reference(Object value) {
    byte[] bytes =
        value instanceof StringValue text
            ? text.getBytes()
            : value instanceof byte[] plain ? plain : new byte[0];
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }
}
