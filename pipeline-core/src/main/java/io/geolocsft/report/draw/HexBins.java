package io.geolocsft.report.draw;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.report.data.CountedPoint;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts in a honeycomb on the map. The projection keeps areas, so every hexagon covers the same
 * part of the Earth.
 */
public final class HexBins {

  /** Number of shades, in steps of equal ratio of counts. */
  public static final int SHADES = 6;

  private static final double RADIUS = 4.6; // pixels from a hexagon's centre to its corners
  private static final double COLUMN = RADIUS * Math.sqrt(3);
  private static final double ROW = RADIUS * 1.5;

  private final Map<Hex, Long> counts = new TreeMap<>();

  public HexBins(Collection<CountedPoint> points) {
    points.forEach(point -> counts.merge(hex(point.point()), point.count(), Long::sum));
  }

  /** The count of the fullest hexagon. */
  public long maximum() {
    return counts.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** The least count of a shade, from 0 to {@link #SHADES} - 1. */
  public long leastOf(int shade) {
    return Math.round(Math.pow(maximum(), (double) shade / SHADES));
  }

  /** One path a shade, the palest first. */
  public void draw(Markup markup) {
    StringBuilder[] paths = new StringBuilder[SHADES];
    counts.forEach(
        (hex, count) -> {
          int shade = shade(count);
          if (paths[shade] == null) {
            paths[shade] = new StringBuilder();
          }
          paths[shade].append(outline(hex));
        });
    for (int shade = 0; shade < SHADES; shade++) {
      if (paths[shade] != null) {
        markup.leaf("path", "class", "hex s" + shade, "d", paths[shade].toString());
      }
    }
  }

  private int shade(long count) {
    if (maximum() <= 1) {
      return SHADES - 1;
    }
    double share = Math.log(count) / Math.log(maximum());
    return (int) Math.min(SHADES - 1, Math.floor(share * SHADES));
  }

  private static Hex hex(GeoPoint point) {
    double x = WorldMap.PROJECTION.x(point.latitude(), point.longitude());
    double y = WorldMap.PROJECTION.y(point.latitude());
    // The centres of two interleaved lattices of rectangles; the nearer one is it.
    Hex even = nearest(x, y, 0);
    Hex odd = nearest(x, y, 1);
    return even.squaredDistance(x, y) <= odd.squaredDistance(x, y) ? even : odd;
  }

  private static Hex nearest(double x, double y, int parity) {
    int row = (int) Math.round((y / ROW - parity) / 2) * 2 + parity;
    int column = (int) Math.round(x / COLUMN - parity / 2.0);
    return new Hex(row, column);
  }

  private static String outline(Hex hex) {
    return "M%s %sl%4$s -%5$sl%4$s %5$sv%3$sl-%4$s %5$sl-%4$s -%5$sz"
        .formatted(
            DisplayNumbers.px(hex.x() - COLUMN / 2),
            DisplayNumbers.px(hex.y() - RADIUS / 2),
            RADIUS,
            DisplayNumbers.px(COLUMN / 2),
            DisplayNumbers.px(RADIUS / 2));
  }

  private record Hex(int row, int column) implements Comparable<Hex> {
    double x() {
      return (column + Math.abs(row % 2) / 2.0) * COLUMN;
    }

    double y() {
      return row * ROW;
    }

    double squaredDistance(double toX, double toY) {
      return (toX - x()) * (toX - x()) + (toY - y()) * (toY - y());
    }

    @Override
    public int compareTo(Hex other) {
      return row != other.row
          ? Integer.compare(row, other.row)
          : Integer.compare(column, other.column);
    }
  }
}
