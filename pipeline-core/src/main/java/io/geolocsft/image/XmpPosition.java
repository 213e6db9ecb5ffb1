package io.geolocsft.image;

import com.adobe.internal.xmp.XMPException;
import com.adobe.internal.xmp.XMPMeta;
import com.adobe.internal.xmp.XMPMetaFactory;
import com.adobe.internal.xmp.options.ParseOptions;
import com.google.common.primitives.Bytes;
import io.geolocsft.geo.GeoPoint;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Where an XMP packet says that a picture was taken, as editors keep it: {@code 48,51.5N}. */
final class XmpPosition {

  private static final String EXIF = "http://ns.adobe.com/exif/1.0/";
  private static final byte[] LATITUDE = "GPSLatitude".getBytes(StandardCharsets.US_ASCII);

  /** GPSCoordinate of the XMP specification, part 2: degrees and minutes, or seconds as well. */
  private static final Pattern COORDINATE =
      Pattern.compile(
          "(\\d{1,3}),(\\d{1,2}(?:\\.\\d{1,20})?)(?:,(\\d{1,2}(?:\\.\\d{1,20})?))?([NSEW])");

  private static final int REFERENCE = 4;

  private XmpPosition() {}

  /** The position, if both its coordinates are clear. */
  static Optional<GeoPoint> of(byte[] packet) {
    if (Bytes.indexOf(packet, LATITUDE) < 0) {
      return Optional.empty();
    }
    try {
      XMPMeta xmp =
          XMPMetaFactory.parseFromBuffer(packet, new ParseOptions().setDisallowDoctype(true));
      Matcher latitude = coordinate(xmp, "GPSLatitude");
      Matcher longitude = coordinate(xmp, "GPSLongitude");
      return latitude.matches() && longitude.matches()
          ? ExifPosition.of(angle(latitude), angle(longitude))
          : Optional.empty();
    } catch (XMPException e) {
      return Optional.empty();
    }
  }

  private static Matcher coordinate(XMPMeta xmp, String name) throws XMPException {
    String text = xmp.getPropertyString(EXIF, name);
    return COORDINATE.matcher(text == null ? "" : text.strip());
  }

  private static ExifAngle angle(Matcher coordinate) {
    double[] parts =
        IntStream.range(1, REFERENCE)
            .mapToObj(coordinate::group)
            .filter(part -> part != null)
            .mapToDouble(Double::parseDouble)
            .toArray();
    return new ExifAngle(parts, coordinate.group(REFERENCE));
  }
}
