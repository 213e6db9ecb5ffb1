package io.geolocsft.image;

import io.geolocsft.image.ImageException.Kind;
import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.ImageReader;

/** Decodes JPEG. */
final class JpegDecoder {

  /** A block of 8 x 8 samples takes a bit at least, and chroma may be halved both ways. */
  private static final long PIXELS_PER_BYTE = 8 * 8 * 8 * 2;

  private JpegDecoder() {}

  /**
   * Reads the components as they are stored and leaves their meaning to {@link JpegColors}: the
   * reader's own conversion refuses four components and applies colour profiles.
   */
  static RgbImage decode(byte[] file, DecodeLimits limits) throws IOException {
    JpegHeader header = JpegHeader.parse(file);
    byte[] picture = JpegPicture.of(file);
    limits.checkPixels(header.width(), header.height(), PIXELS_PER_BYTE * picture.length);
    Raster raster = PlainReader.of("jpeg").read(picture, reader -> raster(reader, header));
    return rgb(raster, header.colors());
  }

  private static Raster raster(ImageReader reader, JpegHeader header) throws IOException {
    if (reader.getWidth(0) != header.width() || reader.getHeight(0) != header.height()) {
      throw new ImageException(Kind.CORRUPT, "The JPEG file states two sizes");
    }
    boolean[] cut = new boolean[1];
    // libjpeg fills what is missing with grey and only warns.
    reader.addIIOReadWarningListener(
        (source, warning) -> cut[0] |= warning.contains("EOI") || warning.contains("premature"));
    Raster raster = reader.readRaster(0, null);
    if (cut[0]) {
      throw new ImageException(Kind.TRUNCATED, "The JPEG image data end too early");
    }
    return raster;
  }

  private static RgbImage rgb(Raster raster, JpegColors colors) throws ImageException {
    int components = colors.components();
    if (raster.getNumBands() != components) {
      throw new ImageException(Kind.CORRUPT, "The JPEG file states two numbers of components");
    }
    RgbImage image = RgbImage.black(raster.getWidth(), raster.getHeight());
    byte[] row = new byte[components * image.width()];
    int to = 0;
    for (int y = 0; y < image.height(); y++) {
      raster.getDataElements(0, y, image.width(), 1, row);
      for (int from = 0; from < row.length; from += components, to += RgbImage.CHANNELS) {
        colors.pixel(row, from, image.rgb(), to);
      }
    }
    return image;
  }
}
