package io.geolocsft.quickstart;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * NASA's Blue Marble: a picture of the Earth in plate carrée projection, its left edge at 180
 * degrees west, its top edge at the north pole.
 */
final class BlueMarble {

  private static final int CHANNELS = 3;

  private final int width;
  private final int height;

  /** Blue, green, red of each pixel, row by row. */
  private final byte[] colors;

  private BlueMarble(int width, int height, byte[] colors) {
    this.width = width;
    this.height = height;
    this.colors = colors;
  }

  static BlueMarble read(Path picture) throws IOException {
    BufferedImage image = ImageIO.read(picture.toFile());
    if (image == null) {
      throw new IOException(picture + " is not a picture that can be decoded");
    }
    return of(image);
  }

  static BlueMarble of(BufferedImage image) {
    BufferedImage bgr = image.getType() == BufferedImage.TYPE_3BYTE_BGR ? image : copy(image);
    byte[] colors = ((DataBufferByte) bgr.getRaster().getDataBuffer()).getData();
    return new BlueMarble(bgr.getWidth(), bgr.getHeight(), colors);
  }

  private static BufferedImage copy(BufferedImage image) {
    BufferedImage bgr =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
    bgr.createGraphics().drawImage(image, 0, 0, null);
    return bgr;
  }

  /** The column of a longitude in degrees; whole numbers are the centres of pixels. */
  double column(double longitude) {
    return (longitude + 180) / 360 * width - 0.5;
  }

  /** The row of a latitude in degrees; whole numbers are the centres of pixels. */
  double row(double latitude) {
    return (90 - latitude) / 180 * height - 0.5;
  }

  int width() {
    return width;
  }

  /**
   * Adds the bilinear colour at (column, row) to {@code sum} as red, green, blue. Columns wrap
   * around the Earth, rows stop at the poles.
   */
  void addColor(double column, double row, double[] sum) {
    double left = Math.floor(column);
    double top = Math.floor(row);
    double x = column - left;
    double y = row - top;
    int x0 = wrap((int) left);
    int x1 = wrap((int) left + 1);
    int y0 = clamp((int) top) * width;
    int y1 = clamp((int) top + 1) * width;
    double topLeft = (1 - x) * (1 - y);
    double topRight = x * (1 - y);
    double bottomLeft = (1 - x) * y;
    double bottomRight = x * y;
    for (int channel = 0; channel < CHANNELS; channel++) {
      sum[channel] +=
          topLeft * color(y0 + x0, channel)
              + topRight * color(y0 + x1, channel)
              + bottomLeft * color(y1 + x0, channel)
              + bottomRight * color(y1 + x1, channel);
    }
  }

  /** Views reach over an edge once at most. */
  private int wrap(int column) {
    return column < 0 ? column + width : column < width ? column : column - width;
  }

  private int clamp(int row) {
    return Math.max(0, Math.min(height - 1, row));
  }

  private int color(int pixel, int channel) {
    return colors[pixel * CHANNELS + 2 - channel] & 0xff;
  }

  /**
   * Whether the picture shows land (or a lake) here. The sea is painted in shades of blue of which
   * no vegetation, sand or snow comes near; the shades darken with the depth almost to black.
   */
  boolean isLand(double latitude, double longitude) {
    double[] color = new double[CHANNELS];
    addColor(column(longitude), row(latitude), color);
    boolean sea = color[2] > 1.35 * color[1] && color[2] > 1.5 * color[0];
    return !sea;
  }
}
