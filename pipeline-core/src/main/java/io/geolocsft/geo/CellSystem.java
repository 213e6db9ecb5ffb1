package io.geolocsft.geo;

import java.io.Serializable;

/**
 * A hierarchy of cells that covers Earth. An id holds its level; every cell above level 0 has
 * exactly one parent. Implementations have no state that changes and may be shared by threads and
 * sent to other JVMs.
 */
public interface CellSystem extends Serializable {

  /**
   * The system of that name:
   *
   * <ul>
   *   <li>{@code s2}: Google's S2 cells, levels 0 to 30;
   *   <li>{@code h3}: Uber's H3 cells, resolutions 0 to 15;
   *   <li>{@code quadtree}: quarters of the map of latitude and longitude, levels 0 to 30, {@code
   *       quadtree:SOUTH,WEST,NORTH,EAST} those of a part of it (see {@link Quadtree});
   *   <li>{@code grid}: level 1 has 99 rows by 99 columns of the map, {@code grid:ROWSxCOLUMNS}
   *       another number, and level 0 is Earth.
   * </ul>
   *
   * @throws IllegalArgumentException for another name
   */
  static CellSystem of(String name) {
    return CellSystemName.parse(name);
  }

  /** Its name, as {@link #of} takes it. */
  String name();

  /** The finest level; the coarsest is 0. */
  int maxLevel();

  /**
   * The cell of that level that holds a point in degrees.
   *
   * @throws IllegalArgumentException if it is not a point on Earth, or there is no such level
   */
  long cellId(double lat, double lon, int level);

  /** The cell's ancestor at a level not finer than its own; the cell itself at its own level. */
  long parent(long id, int level);

  /**
   * The lowest id among the cell's descendants of a level not coarser than its own. Between this
   * and {@link #lastDescendant} lie the ids of all its descendants of that level, and of no other
   * cell of that level.
   */
  long firstDescendant(long id, int level);

  /** The highest id among the cell's descendants of a level not coarser than its own. */
  long lastDescendant(long id, int level);

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
   * lies across the antimeridian. On the edges of S2 and H3, which are great circles, points stand
   * at most 5 degrees of arc apart, since maps draw straight lines between them.
   */
  byte[] boundaryWkb(long id);

  /** The cell's area in km^2 on the sphere of the mean Earth radius. */
  double areaSquareKm(long id);
}
