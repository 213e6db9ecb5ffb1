package io.geolocsft.report.draw;

/**
 * The Equal Earth projection (Savric, Patterson and Jenny 2018), scaled to a drawing whose top left
 * corner is (0, 0). Areas keep their proportions, so that dots per area can be compared anywhere.
 *
 * @param width of the drawing, in pixels
 */
public record EqualEarth(double width) {

  private static final double A1 = 1.340264;
  private static final double A2 = -0.081106;
  private static final double A3 = 0.000893;
  private static final double A4 = 0.003796;
  private static final double ROOT_3 = Math.sqrt(3);
  private static final double MAX_X = 2 * ROOT_3 * Math.PI / (3 * A1);
  private static final double MAX_Y = northing(Math.PI / 3);

  /** Pixels from the northern to the southern end. */
  public double height() {
    return width * MAX_Y / MAX_X;
  }

  /** Pixels from the left edge, for a point in degrees. */
  public double x(double latitude, double longitude) {
    double theta = theta(latitude);
    double square = theta * theta;
    double sixth = square * square * square;
    double slope = 9 * A4 * sixth * square + 7 * A3 * sixth + 3 * A2 * square + A1;
    double easting = 2 * ROOT_3 * Math.toRadians(longitude) * Math.cos(theta) / (3 * slope);
    return (1 + easting / MAX_X) * width / 2;
  }

  /** Pixels from the top edge, for a latitude in degrees. */
  public double y(double latitude) {
    return (1 - northing(theta(latitude)) / MAX_Y) * height() / 2;
  }

  private static double theta(double latitude) {
    return Math.asin(ROOT_3 / 2 * Math.sin(Math.toRadians(latitude)));
  }

  private static double northing(double theta) {
    double square = theta * theta;
    double sixth = square * square * square;
    return theta * (A4 * sixth * square + A3 * sixth + A2 * square + A1);
  }
}
