package io.geolocsft.geo;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the names of cell systems. */
final class CellSystemName {

  private static final Pattern GRID = Pattern.compile("grid:(\\d{1,9})x(\\d{1,9})");
  private static final String DEGREES = "(-?\\d{1,3}(?:\\.\\d{1,15})?)";
  private static final Pattern QUADTREE =
      Pattern.compile("quadtree:" + String.join(",", DEGREES, DEGREES, DEGREES, DEGREES));

  private CellSystemName() {}

  static CellSystem parse(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    Matcher grid = GRID.matcher(lower);
    Matcher quadtree = QUADTREE.matcher(lower);
    if (grid.matches()) {
      return new LatLonGrid(Integer.parseInt(grid.group(1)), Integer.parseInt(grid.group(2)));
    }
    if (quadtree.matches()) {
      return new Quadtree(
          new Bounds(
              Double.parseDouble(quadtree.group(2)),
              Double.parseDouble(quadtree.group(1)),
              Double.parseDouble(quadtree.group(4)),
              Double.parseDouble(quadtree.group(3))));
    }
    return switch (lower) {
      case "s2" -> S2CellSystem.INSTANCE;
      case "h3" -> H3CellSystem.INSTANCE;
      case "grid" -> LatLonGrid.OSV5M;
      case "quadtree" -> Quadtree.EARTH;
      default ->
          throw new IllegalArgumentException(
              "Unknown cell system '%s' (allowed: s2, h3, grid, grid:ROWSxCOLUMNS, quadtree, quadtree:SOUTH,WEST,NORTH,EAST)"
                  .formatted(name));
    };
  }
}
