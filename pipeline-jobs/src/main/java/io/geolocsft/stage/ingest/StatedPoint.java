package io.geolocsft.stage.ingest;

import io.geolocsft.failure.Excerpt;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.stage.ingest.listing.RowProblem;
import java.util.Optional;
import java.util.regex.Pattern;

/** The coordinates of a table's row. */
public final class StatedPoint {

  /** Java's own reader also takes 1d, 0x1p3 and NaN. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,20}(\\.\\d{0,40})?|\\.\\d{1,40})([eE][+-]?\\d{1,3})?");

  private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?\\d{1,3},\\d*");

  private StatedPoint() {}

  /**
   * Reads a pair of coordinates in degrees.
   *
   * @param latitude text or null
   * @param longitude text or null
   * @return empty if one of them is null
   */
  public static Optional<GeoPoint> parse(String latitude, String longitude) throws RowProblem {
    if (latitude == null || longitude == null) {
      return Optional.empty();
    }
    double north = degrees("latitude", latitude);
    double east = degrees("longitude", longitude);
    if (!GeoPoint.isValid(north, east)) {
      throw new RowProblem(
          "coordinates_out_of_range",
          "latitude %s (allowed -90 to 90), longitude %s (allowed -180 to 180)"
              .formatted(latitude, longitude));
    }
    return Optional.of(new GeoPoint(north, east));
  }

  private static double degrees(String name, String text) throws RowProblem {
    if (!NUMBER.matcher(text).matches()) {
      String remedy =
          DECIMAL_COMMA.matcher(text).matches() ? ": replace its decimal comma with a point" : "";
      throw new RowProblem(
          "unparsable_coordinates",
          "%s '%s' is not a number of degrees such as -33.8568%s"
              .formatted(name, Excerpt.of(text), remedy));
    }
    return Double.parseDouble(text);
  }
}
