package io.geolocsft.geo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Serial;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;

/**
 * People per km^2 in the cells of a raster of longitude and latitude, as the Gridded Population of
 * the World has them. The file is an Esri ASCII grid
 * (https://desktop.arcgis.com/en/arcmap/latest/manage-data/raster-and-images/esri-ascii-raster-format.htm).
 * May be shared by threads.
 */
public final class DensityGrid implements Serializable {

  @Serial private static final long serialVersionUID = 1L;

  /** 256 MB; a grid of 2.5 arc minutes has 37 million. */
  private static final long MOST_CELLS = 64_000_000;

  private static final int HEADER_LINES = 6;

  private final int rows;
  private final int columns;
  private final double west;
  private final double south;
  private final double step;
  private final float[] cells;

  private DensityGrid(
      int rows, int columns, double west, double south, double step, float[] cells) {
    this.rows = rows;
    this.columns = columns;
    this.west = west;
    this.south = south;
    this.step = step;
    this.cells = cells;
  }

  /**
   * Reads a grid.
   *
   * @param source names it in messages
   * @throws IllegalArgumentException if it is none, or lies beyond Earth; the message says what is
   *     wrong
   */
  public static DensityGrid fromAscii(InputStream in, String source) throws IOException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, UTF_8));
    try {
      Map<String, Double> header = new HashMap<>();
      String first = header(reader, header);
      int columns = count(header, "ncols");
      int rows = count(header, "nrows");
      double step = value(header, "cellsize");
      double half = header.containsKey("xllcenter") ? step / 2 : 0;
      double west = value(header, half > 0 ? "xllcenter" : "xllcorner") - half;
      double south = value(header, half > 0 ? "yllcenter" : "yllcorner") - half;
      double slack = 1e-6;
      if ((long) rows * columns > MOST_CELLS) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "%d x %d cells, more than %d", rows, columns, MOST_CELLS));
      }
      if (!(step > 0)
          || !(west >= -180 - slack && west + step * columns <= 180 + slack)
          || !(south >= -90 - slack && south + step * rows <= 90 + slack)) {
        throw new IllegalArgumentException("it is not within longitudes and latitudes in degrees");
      }
      float[] cells =
          cells(first, reader, rows * columns, header.getOrDefault("nodata_value", -9999.0));
      return new DensityGrid(rows, columns, west, south, step, cells);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: not an Esri ASCII grid: %s".formatted(source, e.getMessage()), e);
    }
  }

  /** Reads it, and returns the line behind it, or null; NODATA_value may be left out. */
  private static String header(BufferedReader reader, Map<String, Double> header)
      throws IOException {
    String line = reader.readLine();
    for (int number = 0; number < HEADER_LINES && line != null; number++) {
      StringTokenizer words = new StringTokenizer(line);
      if (words.countTokens() != 2 || !Character.isLetter(line.strip().charAt(0))) {
        break;
      }
      header.put(words.nextToken().toLowerCase(Locale.ROOT), Double.parseDouble(words.nextToken()));
      line = reader.readLine();
    }
    return line;
  }

  private static int count(Map<String, Double> header, String name) {
    double value = value(header, name);
    if (!(value >= 1 && value <= MOST_CELLS && value == Math.rint(value))) {
      throw new IllegalArgumentException("%s is %s".formatted(name, value));
    }
    return (int) value;
  }

  private static double value(Map<String, Double> header, String name) {
    Double value = header.get(name);
    if (value == null || !Double.isFinite(value)) {
      throw new IllegalArgumentException("its first lines give no " + name);
    }
    return value;
  }

  private static float[] cells(String first, BufferedReader reader, int count, double noData)
      throws IOException {
    float[] cells = new float[count];
    int next = 0;
    for (String line = first; line != null; line = reader.readLine()) {
      StringTokenizer words = new StringTokenizer(line);
      while (words.hasMoreTokens()) {
        if (next == count) {
          throw new IllegalArgumentException("it has more values than cells");
        }
        double value = Double.parseDouble(words.nextToken());
        if (value != noData && !(value >= 0)) {
          throw new IllegalArgumentException(
              String.format(Locale.ROOT, "value %d is %s", next + 1, value));
        }
        cells[next++] = value == noData ? 0 : (float) value;
      }
    }
    if (next < count) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "it has %d values of %d", next, count));
    }
    return cells;
  }

  /** Of the cell that holds a point in degrees; 0 outside of the grid, and where it has no data. */
  public double perSquareKm(double lat, double lon) {
    GeoPoint.check(lat, lon);
    // The first row is the northernmost; the last meridian is the first one, too.
    int row = rows - 1 - Math.min(rows - 1, (int) Math.floor((lat - south) / step));
    int column = Math.min(columns - 1, (int) Math.floor((lon - west) / step));
    boolean inside =
        lat >= south && lat <= south + rows * step && lon >= west && lon <= west + columns * step;
    return inside ? cells[row * columns + column] : 0;
  }
}
