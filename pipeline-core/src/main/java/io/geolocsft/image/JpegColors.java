package io.geolocsft.image;

import java.util.Arrays;
import java.util.Locale;

/**
 * How the components of a JPEG image become red, green and blue: by libjpeg's rules and integer
 * arithmetic (jdapimin.c, jdcolor.c), and Pillow's for inks. Profiles are not applied, as Pillow's
 * {@code convert("RGB")} does not.
 */
enum JpegColors {
  GRAY(1) {
    @Override
    void pixel(byte[] in, int from, byte[] out, int to) {
      Arrays.fill(out, to, to + RgbImage.CHANNELS, in[from]);
    }
  },
  RGB(3) {
    @Override
    void pixel(byte[] in, int from, byte[] out, int to) {
      System.arraycopy(in, from, out, to, RgbImage.CHANNELS);
    }
  },
  YCC(3) {
    @Override
    void pixel(byte[] in, int from, byte[] out, int to) {
      fromYcc(in, from, out, to);
    }
  },
  CMYK(4) {
    @Override
    void pixel(byte[] in, int from, byte[] out, int to) {
      System.arraycopy(in, from, out, to, RgbImage.CHANNELS);
      takeInk(out, to, in[from + 3] & 0xff);
    }
  },
  YCCK(4) {
    @Override
    void pixel(byte[] in, int from, byte[] out, int to) {
      fromYcc(in, from, out, to);
      // YCC holds paper less ink, where Adobe's inverted CMYK wants ink.
      for (int i = to; i < to + RgbImage.CHANNELS; i++) {
        out[i] = (byte) ~out[i];
      }
      takeInk(out, to, in[from + 3] & 0xff);
    }
  };

  private static final int FRACTION = 16;
  private static final int HALF = 1 << (FRACTION - 1);

  private final int components;

  JpegColors(int components) {
    this.components = components;
  }

  abstract void pixel(byte[] in, int from, byte[] out, int to);

  /**
   * What the markers say.
   *
   * @param ids component identifiers of the frame
   * @param jfif whether there is a JFIF marker
   * @param adobe the transform of the Adobe marker, or -1
   */
  static JpegColors of(int[] ids, boolean jfif, int adobe) throws ImageException {
    return switch (ids.length) {
      case 1 -> GRAY;
      case 3 -> jfif || !isRgb(ids, adobe) ? YCC : RGB;
      case 4 -> adobe == -1 || adobe == 0 ? CMYK : YCCK;
      default ->
          throw new ImageException(
              ImageException.Kind.UNSUPPORTED,
              String.format(
                  Locale.ROOT, "A JPEG image of %d components (allowed 1, 3 or 4)", ids.length));
    };
  }

  private static boolean isRgb(int[] ids, int adobe) {
    return adobe == -1 ? Arrays.equals(ids, new int[] {'R', 'G', 'B'}) : adobe == 0;
  }

  int components() {
    return components;
  }

  private static void fromYcc(byte[] in, int from, byte[] out, int to) {
    int y = in[from] & 0xff;
    int cb = (in[from + 1] & 0xff) - 128;
    int cr = (in[from + 2] & 0xff) - 128;
    out[to] = clip(y + ((fixed(1.40200) * cr + HALF) >> FRACTION));
    out[to + 1] = clip(y + ((-fixed(0.34414) * cb + HALF - fixed(0.71414) * cr) >> FRACTION));
    out[to + 2] = clip(y + ((fixed(1.77200) * cb + HALF) >> FRACTION));
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << FRACTION) + 0.5);
  }

  /** Inverted inks, 255 for none, to light: each times the light that black leaves. */
  private static void takeInk(byte[] out, int to, int light) {
    for (int i = to; i < to + RgbImage.CHANNELS; i++) {
      int ink = 255 - (out[i] & 0xff);
      int rounded = ink * light + 128;
      out[i] = clip(light - (((rounded >> 8) + rounded) >> 8));
    }
  }

  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
