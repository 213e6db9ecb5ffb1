package io.geolocsft.image;

import com.drew.imaging.tiff.TiffProcessingException;
import com.drew.imaging.tiff.TiffReader;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.RandomAccessReader;
import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.ExifTiffHandler;
import com.drew.metadata.exif.GpsDirectory;
import io.geolocsft.geo.GeoPoint;
import java.io.IOException;
import java.time.Instant;
import java.util.BitSet;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the Exif block of JPEG and PNG files (Exif 2.32, CIPA DC-008), and the position of an XMP
 * packet where there is none in it. What is absent, damaged, impossible or not clear is left out:
 * no file can make it fail.
 */
public final class ExifReader {

  private final Metadata metadata = new Metadata();

  private ExifReader() {}

  /** What the bytes of an image file say, {@link Exif#NONE} if nothing. */
  public static Exif read(byte[] file) {
    try {
      return switch (ImageFormat.of(file)) {
        case JPEG -> jpeg(JpegHeader.parse(file));
        case PNG -> png(PngFile.parse(file));
        case GIF -> Exif.NONE;
      };
    } catch (ImageException | RuntimeException | StackOverflowError e) {
      return Exif.NONE;
    }
  }

  private static Exif jpeg(JpegHeader header) {
    return read(header.exif(), header.xmp());
  }

  private static Exif png(PngFile png) {
    return read(png.exif(), png.xmp());
  }

  private static Exif read(byte[] block, byte[] packet) {
    Exif exif = block.length == 0 ? Exif.NONE : new ExifReader().parse(ExifBlock.tiff(block));
    return exif.location().isPresent() ? exif : exif.withLocation(XmpPosition.of(packet));
  }

  private Exif parse(byte[] block) {
    try {
      new TiffReader().processTiff(new ByteArrayReader(block), new WantedTags(metadata), 0);
    } catch (TiffProcessingException | IOException | RuntimeException e) {
      // The directories read before the damage still count.
      return exif();
    }
    return exif();
  }

  /**
   * Takes in the few short values that are asked for. Left to itself, the library would copy
   * whatever a tag claims, so that a block of 64 KB whose tags all claim the whole of it takes 1.5
   * GB, and follow directories within directories until the stack is full.
   */
  private static final class WantedTags extends ExifTiffHandler {

    private static final Set<Integer> CAMERA = Set.of(ExifDirectoryBase.TAG_ORIENTATION);
    private static final Set<Integer> PICTURE =
        Set.of(
            ExifDirectoryBase.TAG_DATETIME_ORIGINAL,
            ExifDirectoryBase.TAG_SUBSECOND_TIME_ORIGINAL,
            ExifDirectoryBase.TAG_TIME_ZONE_ORIGINAL);
    private static final Set<Integer> GPS =
        Set.of(
            GpsDirectory.TAG_LATITUDE_REF,
            GpsDirectory.TAG_LATITUDE,
            GpsDirectory.TAG_LONGITUDE_REF,
            GpsDirectory.TAG_LONGITUDE);

    /** Three rationals have 24 bytes, a date 20. */
    private static final int LONGEST_VALUE = 64;

    private final BitSet entered = new BitSet();

    WantedTags(Metadata metadata) {
      super(metadata, null, 0);
    }

    @Override
    public boolean tryEnterSubIfd(int tag) {
      boolean known =
          tag == ExifIFD0Directory.TAG_EXIF_SUB_IFD_OFFSET
              || tag == ExifIFD0Directory.TAG_GPS_INFO_OFFSET;
      if (!known || entered.get(tag) || !(_currentDirectory instanceof ExifIFD0Directory)) {
        return false;
      }
      entered.set(tag);
      return super.tryEnterSubIfd(tag);
    }

    @Override
    public boolean hasFollowerIfd() {
      return false;
    }

    @Override
    public void warn(String message) {}

    @Override
    public void error(String message) {}

    /** Whether the library shall leave a tag alone. */
    @Override
    public boolean customProcessTag(
        int offset,
        Set<Integer> directories,
        int start,
        RandomAccessReader in,
        int tag,
        int bytes) {
      return bytes > LONGEST_VALUE || !wanted().contains(tag);
    }

    private Set<Integer> wanted() {
      if (_currentDirectory instanceof ExifIFD0Directory) {
        return CAMERA;
      }
      return _currentDirectory instanceof GpsDirectory ? GPS : PICTURE;
    }
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
    return Optional.ofNullable(metadata.getFirstDirectoryOfType(GpsDirectory.class))
        .flatMap(ExifPosition::of);
  }

  private Optional<Instant> capturedAt() {
    Directory picture = metadata.getFirstDirectoryOfType(ExifSubIFDDirectory.class);
    return picture == null
        ? Optional.empty()
        : ExifTime.of(
            text(picture, ExifDirectoryBase.TAG_DATETIME_ORIGINAL),
            text(picture, ExifDirectoryBase.TAG_SUBSECOND_TIME_ORIGINAL),
            text(picture, ExifDirectoryBase.TAG_TIME_ZONE_ORIGINAL));
  }

  private static String text(Directory directory, int tag) {
    String text = directory.getString(tag);
    return text == null ? null : text.replace("\0", "").strip();
  }
}
