package io.geolocsft.image;

import io.geolocsft.image.ImageException.Kind;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Locale;
import javax.imageio.ImageReader;

/** Decodes the first frame of a GIF, which must cover the picture; transparency over white. */
final class GifDecoder {

  /** Codes have up to 12 bits, and the longest that they can stand for is 3,839 pixels. */
  private static final long PIXELS_PER_BYTE = 3839 * 8 / 12;

  private GifDecoder() {}

  static RgbImage decode(byte[] file, DecodeLimits limits) throws IOException {
    GifFile gif = GifFile.parse(file);
    limits.checkPixels(gif.width(), gif.height(), PIXELS_PER_BYTE * gif.essential().length);
    return rgb(PlainReader.of("gif").read(gif.essential(), reader -> frame(reader, gif)));
  }

  private static BufferedImage frame(ImageReader reader, GifFile gif) throws IOException {
    if (reader.getWidth(0) != gif.width() || reader.getHeight(0) != gif.height()) {
      throw new ImageException(
          Kind.UNSUPPORTED,
          String.format(
              Locale.ROOT,
              "The first GIF frame of %d x %d pixels does not cover the picture of %d x %d",
              reader.getWidth(0),
              reader.getHeight(0),
              gif.width(),
              gif.height()));
    }
    return reader.read(0);
  }

  private static RgbImage rgb(BufferedImage frame) {
    RgbImage image = RgbImage.black(frame.getWidth(), frame.getHeight());
    int[] row = new int[image.width()];
    int to = 0;
    for (int y = 0; y < image.height(); y++) {
      for (int argb : frame.getRGB(0, y, row.length, 1, row, 0, row.length)) {
        for (int shift = 16; shift >= 0; shift -= 8) {
          image.rgb()[to++] = OverWhite.lay(argb >> shift & 0xff, argb >>> 24);
        }
      }
    }
    return image;
  }
}
