package io.geolocsft.quickstart;

/**
 * A camera that looks straight down at a place, north up. Its image is the azimuthal equidistant
 * projection around the place, so that tiles at the poles and at the antimeridian look like any
 * other. A pixel is the mean over the part of the picture that it covers.
 *
 * <p>Safe for use by several threads.
 */
final class DownwardCamera {

  /** Distance between two samples of the picture within one pixel of a tile, in picture pixels. */
  private static final double SAMPLE_SPACING = 1.25;

  private static final int MAX_SAMPLES = 8;

  private final BlueMarble picture;
  private final int size;

  /** Corners of the pixels as unit vectors (east, north, up) around any place. */
  private final double[] corners;

  /**
   * @param size pixels of a side
   * @param degrees arc that a side covers through the middle
   */
  DownwardCamera(BlueMarble picture, int size, double degrees) {
    this.picture = picture;
    this.size = size;
    this.corners = new double[(size + 1) * (size + 1) * 3];
    double radians = degrees * StrictMath.PI / 180;
    for (int row = 0; row <= size; row++) {
      for (int column = 0; column <= size; column++) {
        double east = ((double) column / size - 0.5) * radians;
        double north = (0.5 - (double) row / size) * radians;
        setCorner(row * (size + 1) + column, east, north);
      }
    }
  }

  private void setCorner(int index, double east, double north) {
    double angle = StrictMath.hypot(east, north);
    double scale = angle == 0 ? 1 : StrictMath.sin(angle) / angle;
    corners[3 * index] = east * scale;
    corners[3 * index + 1] = north * scale;
    corners[3 * index + 2] = StrictMath.cos(angle);
  }

  /** The view at a place in degrees. */
  Tile view(double latitude, double longitude) {
    double[] columns = new double[corners.length / 3];
    double[] rows = new double[corners.length / 3];
    project(latitude, longitude, columns, rows);
    float[] colors = new float[size * size * 3];
    double[] color = new double[3];
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        mean(columns, rows, row * (size + 1) + column, color);
        int at = (row * size + column) * 3;
        for (int channel = 0; channel < 3; channel++) {
          colors[at + channel] = (float) color[channel];
        }
      }
    }
    return new Tile(size, colors);
  }

  /** Where the corners lie on the picture; columns run on over the picture's edges. */
  private void project(double latitude, double longitude, double[] columns, double[] rows) {
    double sin = StrictMath.sin(StrictMath.toRadians(latitude));
    double cos = StrictMath.cos(StrictMath.toRadians(latitude));
    for (int i = 0; i < columns.length; i++) {
      double east = corners[3 * i];
      double north = corners[3 * i + 1];
      double up = corners[3 * i + 2];
      double z = sin * up + cos * north;
      double x = cos * up - sin * north;
      columns[i] = picture.column(longitude + degrees(StrictMath.atan2(east, x)));
      // Faster than the arc sine, and exact at the poles.
      rows[i] = picture.row(degrees(StrictMath.atan2(z, Math.sqrt(x * x + east * east))));
    }
  }

  private static double degrees(double radians) {
    return StrictMath.toDegrees(radians);
  }

  private void mean(double[] columns, double[] rows, int topLeft, double[] color) {
    int bottomLeft = topLeft + size + 1;
    double x00 = columns[topLeft];
    double x10 = near(columns[topLeft + 1], x00);
    double x01 = near(columns[bottomLeft], x00);
    double x11 = near(columns[bottomLeft + 1], x00);
    double y00 = rows[topLeft];
    double y10 = rows[topLeft + 1];
    double y01 = rows[bottomLeft];
    double y11 = rows[bottomLeft + 1];
    int across = samples(x10 - x00, y10 - y00);
    int down = samples(x01 - x00, y01 - y00);
    color[0] = color[1] = color[2] = 0;
    for (int j = 0; j < down; j++) {
      double v = (j + 0.5) / down;
      for (int i = 0; i < across; i++) {
        double u = (i + 0.5) / across;
        picture.addColor(
            (1 - v) * ((1 - u) * x00 + u * x10) + v * ((1 - u) * x01 + u * x11),
            (1 - v) * ((1 - u) * y00 + u * y10) + v * ((1 - u) * y01 + u * y11),
            color);
      }
    }
    for (int channel = 0; channel < 3; channel++) {
      color[channel] /= across * down;
    }
  }

  /** Only around a pole do neighbouring corners lie more than half the Earth's width apart. */
  private double near(double column, double reference) {
    double distance = column - reference;
    double half = picture.width() / 2.0;
    return distance > half
        ? column - picture.width()
        : distance < -half ? column + picture.width() : column;
  }

  private static int samples(double columns, double rows) {
    double span = Math.max(Math.abs(columns), Math.abs(rows));
    return (int) Math.max(1, Math.min(MAX_SAMPLES, Math.ceil(span / SAMPLE_SPACING)));
  }
}
