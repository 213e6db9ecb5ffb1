package io.geolocsft.image;

/** Transparency laid over white, by the arithmetic of Pillow's {@code alpha_composite}. */
final class OverWhite {

  /** Bits that Pillow's AlphaComposite.c keeps for a coefficient beyond 8. */
  private static final int PRECISION = 7;

  private OverWhite() {}

  /**
   * One sample over an opaque white one.
   *
   * @param sample in [0, 255]
   * @param alpha in [0, 255], 255 for opaque
   */
  static byte lay(int sample, int alpha) {
    int coefficient = alpha << PRECISION;
    int sum = sample * coefficient + 255 * ((255 << PRECISION) - coefficient) + (0x80 << PRECISION);
    return (byte) (((sum >> 8) + sum >> 8) >> PRECISION);
  }
}
