package io.geolocsft.config;

import io.geolocsft.config.binding.Consistent;
import io.geolocsft.config.binding.Contradictions;
import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.Location;
import io.geolocsft.config.binding.Matches;
import io.geolocsft.config.binding.Range;
import io.geolocsft.geo.CellSystem;
import java.io.Serializable;
import java.util.Locale;

/**
 * How Earth is cut into cells.
 *
 * @param cellSystem what the cells are: {@code s2}, {@code h3}, {@code quadtree} (OSV-5M's cells;
 *     {@code quadtree:SOUTH,WEST,NORTH,EAST} cuts up a part of the map) or {@code grid} (99 rows
 *     and columns; {@code grid:ROWSxCOLUMNS} others)
 * @param level the fixed level of the {@code cell_id} of every image (S2 and quadtree 0 to 30, H3 0
 *     to 15, grid 0 to 1)
 * @param minLevel where the adaptive partition starts
 * @param maxLevel where the adaptive partition stops splitting
 * @param minImages a leaf with fewer images is dropped
 * @param maxImages a cell with more images is split
 * @param countries file of countries, GeoJSON or Parquet (GeoParquet or any WKB), or {@code
 *     natural-earth} for the built-in one
 * @param admin1 file of their first-level divisions, of the same forms, or {@code natural-earth}
 *     for the built-in ones; empty leaves the column {@code admin1} empty
 * @param places CSV file of populated places (latitude, longitude, population), or {@code geonames}
 *     for the built-in one
 * @param density Esri ASCII grid of people per square km, as the Gridded Population of the World
 *     has it; empty takes the people of places within 50 km
 * @param maxMisreadShare the stage stops where more of a set's images have positions that only
 *     exchanged coordinates or lost signs explain; 1 never stops it
 */
public record BinSettings(
    @Default("s2")
        @Matches(
            value = "s2|h3|quadtree|quadtree:.*|grid|grid:.*",
            meaning = "s2, h3, quadtree, quadtree:SOUTH,WEST,NORTH,EAST, grid or grid:ROWSxCOLUMNS")
        String cellSystem,
    @Default("10") @Range(min = 0, max = 30) int level,
    @Default("2") @Range(min = 0, max = 30) int minLevel,
    @Default("13") @Range(min = 0, max = 30) int maxLevel,
    @Default("50") @Range(min = 1) int minImages,
    @Default("2000") @Range(min = 1) int maxImages,
    @Default("natural-earth") @Location(builtIn = "natural-earth") String countries,
    @Default("natural-earth") @Location(builtIn = "natural-earth", optional = true) String admin1,
    @Default("geonames") @Location(builtIn = "geonames") String places,
    @Default("''") @Location(optional = true) String density,
    @Default("0.1") @Range(min = 0, max = 1) double maxMisreadShare)
    implements Serializable, Consistent {

  @Override
  public void check(Contradictions found) {
    if (minLevel > maxLevel) {
      found.add(
          String.format(Locale.ROOT, "min_level %d is above max_level %d", minLevel, maxLevel));
    }
    if (minImages > maxImages) {
      found.add(
          String.format(Locale.ROOT, "min_images %d is above max_images %d", minImages, maxImages));
    }
    try {
      int finest = CellSystem.of(cellSystem).maxLevel();
      if (Math.max(level, maxLevel) > finest) {
        found.add(
            String.format(
                Locale.ROOT,
                "level %d and max_level %d: %s has levels 0 to %d",
                level,
                maxLevel,
                cellSystem,
                finest));
      }
    } catch (IllegalArgumentException e) {
      found.add("cell_system", e.getMessage());
    }
  }
}
