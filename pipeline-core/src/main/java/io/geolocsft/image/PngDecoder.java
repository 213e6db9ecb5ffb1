package io.geolocsft.image;

import io.geolocsft.image.ImageException.Kind;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Decodes PNG: the first image of an animated one, high bytes of 16-bit colours, transparency over
 * white. A 16-bit grey image becomes what Pillow's {@code convert("RGB")} makes of it: values above
 * 255 are white.
 */
final class PngDecoder {

  private static final int OPAQUE = 255;

  /** A byte of deflated data becomes so many at most (zlib's technical details). */
  private static final long MOST_INFLATED = 1032;

  private final PngFile png;
  private final int[] transparent;

  private PngDecoder(PngFile png) {
    this.png = png;
    this.transparent = transparentColor(png);
  }

  static RgbImage decode(byte[] file, DecodeLimits limits) throws IOException {
    PngFile png = PngFile.parse(file);
    long most = MOST_INFLATED * png.essential().length * Byte.SIZE / png.bitsPerPixel();
    limits.checkPixels(png.width(), png.height(), most);
    Raster raster =
        PlainReader.of("png")
            .read(png.essential(), reader -> reader.read(0, reader.getDefaultReadParam()))
            .getRaster();
    return new PngDecoder(png).rgb(raster);
  }

  /** The one colour that a tRNS chunk makes transparent, else empty. */
  private static int[] transparentColor(PngFile png) {
    int bands = png.colorType() == PngFile.GRAY ? 1 : png.colorType() == PngFile.RGB ? 3 : 0;
    if (bands == 0 || png.bits() == 16 || png.transparency().length != 2 * bands) {
      return new int[0];
    }
    int[] color = new int[bands];
    for (int i = 0; i < bands; i++) {
      color[i] = ByteBuffer.wrap(png.transparency()).getShort(2 * i) & 0xffff;
    }
    return color;
  }

  private RgbImage rgb(Raster raster) throws ImageException {
    if (raster.getWidth() != png.width() || raster.getHeight() != png.height()) {
      throw new ImageException(Kind.CORRUPT, "The PNG file states two sizes");
    }
    RgbImage image = RgbImage.black(png.width(), png.height());
    int bands = raster.getNumBands();
    int[] row = new int[bands * image.width()];
    int to = 0;
    for (int y = 0; y < image.height(); y++) {
      raster.getPixels(0, y, image.width(), 1, row);
      for (int from = 0; from < row.length; from += bands, to += RgbImage.CHANNELS) {
        pixel(row, from, bands, image.rgb(), to);
      }
    }
    return image;
  }

  private void pixel(int[] in, int from, int bands, byte[] out, int to) {
    if (png.colorType() == PngFile.PALETTE) {
      paletteEntry(in[from], out, to);
      return;
    }
    int alpha = alpha(in, from, bands);
    for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
      int sample = in[from + (bands < RgbImage.CHANNELS ? 0 : channel)];
      out[to + channel] = OverWhite.lay(eightBits(sample, bands), alpha);
    }
  }

  private int alpha(int[] in, int from, int bands) {
    if (bands == 2 || bands == 4) {
      return eightBits(in[from + bands - 1], bands);
    }
    for (int i = 0; i < transparent.length; i++) {
      if (in[from + i] != transparent[i]) {
        return OPAQUE;
      }
    }
    return transparent.length == 0 ? OPAQUE : 0;
  }

  private int eightBits(int sample, int bands) {
    if (png.bits() == 16) {
      return bands == 1 ? Math.min(sample, 255) : sample >> 8;
    }
    return sample * 255 / ((1 << png.bits()) - 1);
  }

  /** An index beyond the palette is black, as in Pillow. */
  private void paletteEntry(int index, byte[] out, int to) {
    byte[] alphas = png.transparency();
    int alpha = index < alphas.length ? alphas[index] & 0xff : OPAQUE;
    for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
      int at = RgbImage.CHANNELS * index + channel;
      int sample = at < png.palette().length ? png.palette()[at] & 0xff : 0;
      out[to + channel] = OverWhite.lay(sample, alpha);
    }
  }
}
