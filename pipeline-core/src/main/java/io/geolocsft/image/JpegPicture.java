package io.geolocsft.image;

import io.geolocsft.image.ImageException.Kind;
import java.io.ByteArrayOutputStream;
import java.util.Locale;

/**
 * A JPEG file reduced to what its picture is decoded from: tables, frame and scans. Left out are
 * profiles and remarks, which the JDK's reader refuses files for where libjpeg reads them; what
 * stands between the segments; and whatever follows the end of the image, be it further pictures
 * (CIPA DC-007) or the film of a motion photo.
 */
final class JpegPicture {

  /** As libjpeg-turbo's own fuzzers have it; cameras and editors write about ten. */
  private static final int MAX_SCANS = 500;

  private final byte[] file;
  private final JpegMarkers markers;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int scans;

  private JpegPicture(byte[] file) {
    this.file = file;
    this.markers = new JpegMarkers(file);
  }

  /**
   * The reduced file.
   *
   * @throws ImageException if the image has no end or too many scans
   */
  static byte[] of(byte[] file) throws ImageException {
    return new JpegPicture(file).reduced();
  }

  private byte[] reduced() throws ImageException {
    mark(JpegMarkers.START_OF_IMAGE);
    int marker = markers.next();
    while (marker != JpegMarkers.END_OF_IMAGE) {
      segment(marker);
      marker = markers.next();
    }
    mark(JpegMarkers.END_OF_IMAGE);
    return out.toByteArray();
  }

  private void segment(int marker) throws ImageException {
    int start = markers.segment();
    if (!isEssential(marker)) {
      return;
    }
    if (marker == JpegMarkers.START_OF_SCAN) {
      countScan();
      markers.scanData();
    }
    mark(marker);
    out.write(file, start, markers.position() - start);
  }

  /** Each scan passes over the whole picture, however few bytes it has. */
  private void countScan() throws ImageException {
    scans++;
    if (scans > MAX_SCANS) {
      throw new ImageException(
          Kind.UNSUPPORTED,
          String.format(Locale.ROOT, "A JPEG image of more than %d scans", MAX_SCANS));
    }
  }

  private void mark(int marker) {
    out.write(0xff);
    out.write(marker);
  }

  private static boolean isEssential(int marker) {
    return marker < JpegMarkers.APP0 && marker != JpegMarkers.DEFINE_NUMBER_OF_LINES;
  }
}
