package io.geolocsft.image;

import io.geolocsft.image.ImageException.Kind;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.ImageReader;

/** Decodes the first frame of a GIF, which must cover the picture; transparency over white. */
final class GifDecoder {

  private static final int SCREEN_AT = 6;

  private final DecodeLimits limits;
  private final int width;
  private final int height;

  private GifDecoder(byte[] file, DecodeLimits limits) throws ImageException {
    if (file.length < SCREEN_AT + 4) {
      throw new ImageException(Kind.TRUNCATED, "The GIF header ends early");
    }
    ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    this.limits = limits;
    this.width = header.getShort(SCREEN_AT) & 0xffff;
    this.height = header.getShort(SCREEN_AT + 2) & 0xffff;
  }

  static RgbImage decode(byte[] file, DecodeLimits limits) throws IOException {
    GifDecoder decoder = new GifDecoder(file, limits);
    limits.checkPixels(decoder.width, decoder.height);
    return rgb(PlainReader.of("gif").read(file, decoder::firstFrame));
  }

  private BufferedImage firstFrame(ImageReader reader) throws IOException {
    limits.checkPixels(reader.getWidth(0), reader.getHeight(0));
    if (reader.getWidth(0) != width || reader.getHeight(0) != height) {
      throw new ImageException(
          Kind.UNSUPPORTED,
          "The first GIF frame of %d x %d pixels does not cover the picture of %d x %d"
              .formatted(reader.getWidth(0), reader.getHeight(0), width, height));
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
