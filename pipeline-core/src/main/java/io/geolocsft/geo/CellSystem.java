package io.geolocsft.geo;

import java.util.Locale;

/**
 * A hierarchy of cells that covers Earth. An id holds its level; every cell above level 0 has
 * exactly one parent. Implementations have no state and may be shared by threads.
 */
public interface CellSystem {

  /**
   * The system of that name, {@code s2} or {@code h3}.
   *
   * @throws IllegalArgumentException for another name
   */
  static CellSystem of(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "s2" -> S2CellSystem.INSTANCE;
      case "h3" -> H3CellSystem.INSTANCE;
      default ->
          throw new IllegalArgumentException(
              "Unknown cell system '%s' (allowed: s2, h3)".formatted(name));
    };
  }

  /** Its name, as {@link #of} takes it. */
  String name();

  /** The finest level; the coarsest is 0. */
  int maxLevel();

  /** The cell of that level that holds a point in degrees. */
  long cellId(double lat, double lon, int level);

  /** The cell's ancestor at a level not finer than its own; the cell itself at its own level. */
  long parent(long id, int level);

  /** The cell's level. */
  int level(long id);

  /** Whether the number is the id of a cell. */
  boolean isValid(long id);

  /** The cell's centre. */
  GeoPoint center(long id);

  /** The cell's id as its library prints it. */
  String token(long id);

  /**
   * The cell's outline as WKB in longitude, latitude: a polygon, or a multi-polygon where the cell
   * lies across the antimeridian. Points stand on its edges so that straight lines on a map stay
   * within 5 degrees of arc.
   */
  byte[] boundaryWkb(long id);

  /** The cell's area in km^2 on the sphere of the mean Earth radius. */
  double areaSquareKm(long id);
}
