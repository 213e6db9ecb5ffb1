package io.geolocsft.geo;

import com.google.common.geometry.S2CellId;
import java.util.Map;
import java.util.TreeMap;

/**
 * How Earth's land is shared among the 1,536 S2 cells of level 4, each about 330,000 square km.
 * Land is what a country claims, Antarctica included, found out at the centres of cells of level 8.
 */
public final class LandArea {

  private static final int LEVEL = 4;
  private static final int CELLS = 6 << 2 * LEVEL;
  private static final int SAMPLE_LEVEL = 8;

  private final Map<Long, Double> shares = new TreeMap<>();
  private final double least;

  private LandArea(CountryIndex countries) {
    double land = 0;
    double smallest = Double.MAX_VALUE;
    S2CellId end = S2CellId.end(SAMPLE_LEVEL);
    for (S2CellId id = S2CellId.begin(SAMPLE_LEVEL); !id.equals(end); id = id.next()) {
      GeoPoint center = S2CellSystem.INSTANCE.center(id.id());
      if (countries.isLand(center.latitude(), center.longitude())) {
        double area = S2CellSystem.INSTANCE.areaSquareKm(id.id());
        shares.merge(id.parent(LEVEL).id(), area, Double::sum);
        land += area;
        smallest = Math.min(smallest, area);
      }
    }
    // Of cells without land as well, so that all shares together are one.
    double all = land + (CELLS - shares.size()) * smallest;
    shares.replaceAll((cell, area) -> area / all);
    least = smallest / all;
  }

  /** By {@link CountryIndex#naturalEarth()}. */
  public static LandArea naturalEarth() {
    return NaturalEarth.LAND;
  }

  /** The cell around a point. */
  public long cell(GeoPoint point) {
    return S2CellSystem.INSTANCE.cellId(point.latitude(), point.longitude(), LEVEL);
  }

  /**
   * The share of Earth's land that lies in a cell; where none was found, as at sea and on small
   * islands, that of one sample, about 1,000 square km.
   */
  public double share(long cell) {
    return shares.getOrDefault(cell, least);
  }

  /** Made at first use. */
  private static final class NaturalEarth {
    static final LandArea LAND = new LandArea(CountryIndex.naturalEarth());
  }
}
