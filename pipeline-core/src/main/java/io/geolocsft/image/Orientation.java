package io.geolocsft.image;

/** The eight ways in which a camera may have been held (Exif tag 0x0112). */
enum Orientation {
  NORMAL(false, false, false),
  MIRRORED(false, true, false),
  UPSIDE_DOWN(false, true, true),
  FLIPPED(false, false, true),
  TRANSPOSED(true, false, false),
  TURNED_RIGHT(true, false, true),
  TRANSVERSED(true, true, true),
  TURNED_LEFT(true, true, false);

  private final boolean swapSides;
  private final boolean fromRight;
  private final boolean fromBelow;

  Orientation(boolean swapSides, boolean fromRight, boolean fromBelow) {
    this.swapSides = swapSides;
    this.fromRight = fromRight;
    this.fromBelow = fromBelow;
  }

  /** By Exif value, 1 to 8; any other value is taken as upright. */
  static Orientation of(int exifValue) {
    return exifValue >= 1 && exifValue <= values().length ? values()[exifValue - 1] : NORMAL;
  }

  /** The image set upright, as Pillow's {@code exif_transpose} does. */
  RgbImage upright(RgbImage stored) {
    if (this == NORMAL) {
      return stored;
    }
    RgbImage upright =
        swapSides
            ? RgbImage.black(stored.height(), stored.width())
            : RgbImage.black(stored.width(), stored.height());
    int to = 0;
    for (int y = 0; y < upright.height(); y++) {
      for (int x = 0; x < upright.width(); x++, to += RgbImage.CHANNELS) {
        System.arraycopy(stored.rgb(), source(stored, x, y), upright.rgb(), to, RgbImage.CHANNELS);
      }
    }
    return upright;
  }

  private int source(RgbImage stored, int x, int y) {
    int column = swapSides ? y : x;
    int row = swapSides ? x : y;
    column = fromRight ? stored.width() - 1 - column : column;
    row = fromBelow ? stored.height() - 1 - row : row;
    return (row * stored.width() + column) * RgbImage.CHANNELS;
  }
}
