package io.geolocsft.image;

import com.drew.lang.ByteArrayReader;
import com.drew.lang.GeoLocation;
import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.GpsDirectory;
import io.geolocsft.geo.GeoPoint;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Optional;

/**
 * Reads the Exif block of JPEG and PNG files (Exif 2.32, CIPA DC-008). What is absent, damaged or
 * impossible is left out: no file can make it fail.
 */
public final class ExifReader {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu:MM:dd HH:mm:ss").withResolverStyle(ResolverStyle.STRICT);

  private final Metadata metadata = new Metadata();

  private ExifReader() {}

  /** What the bytes of an image file say, {@link Exif#NONE} if nothing. */
  public static Exif read(byte[] file) {
    try {
      byte[] block = block(file);
      return block.length == 0 ? Exif.NONE : new ExifReader().parse(block);
    } catch (ImageException e) {
      return Exif.NONE;
    }
  }

  private static byte[] block(byte[] file) throws ImageException {
    return switch (ImageFormat.of(file)) {
      case JPEG -> JpegHeader.parse(file).exif();
      case PNG -> PngFile.parse(file).exif();
      case GIF -> new byte[0];
    };
  }

  private Exif parse(byte[] block) {
    try {
      new com.drew.metadata.exif.ExifReader().extract(new ByteArrayReader(block), metadata, 0);
    } catch (RuntimeException e) {
      // The directories read before the damage still count.
      return exif();
    }
    return exif();
  }

  private Exif exif() {
    return new Exif(orientation(), location(), capturedAt());
  }

  private int orientation() {
    Directory camera = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
    Integer value = camera == null ? null : camera.getInteger(ExifDirectoryBase.TAG_ORIENTATION);
    return value == null || value < 1 || value > 8 ? 1 : value;
  }

  private Optional<GeoPoint> location() {
    GpsDirectory gps = metadata.getFirstDirectoryOfType(GpsDirectory.class);
    GeoLocation location = gps == null ? null : gps.getGeoLocation();
    if (location == null || !GeoPoint.isValid(location.getLatitude(), location.getLongitude())) {
      return Optional.empty();
    }
    return Optional.of(new GeoPoint(location.getLatitude(), location.getLongitude()));
  }

  private Optional<Instant> capturedAt() {
    Directory picture = metadata.getFirstDirectoryOfType(ExifSubIFDDirectory.class);
    String time = picture == null ? null : text(picture, ExifDirectoryBase.TAG_DATETIME_ORIGINAL);
    if (time == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDateTime.parse(time, TIME).toInstant(offset(picture)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static ZoneOffset offset(Directory picture) {
    String offset = text(picture, ExifDirectoryBase.TAG_TIME_ZONE_ORIGINAL);
    try {
      return offset == null || offset.isEmpty() ? ZoneOffset.UTC : ZoneOffset.of(offset);
    } catch (DateTimeException e) {
      return ZoneOffset.UTC;
    }
  }

  private static String text(Directory directory, int tag) {
    String text = directory.getString(tag);
    return text == null ? null : text.replace("\0", "").strip();
  }
}
