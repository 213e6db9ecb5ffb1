package io.geolocsft.geo;

import com.uber.h3core.AreaUnit;
import com.uber.h3core.H3Core;
import com.uber.h3core.util.LatLng;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Uber's H3 cells, resolutions 0 to 15. */
final class H3CellSystem implements CellSystem {

  static final H3CellSystem INSTANCE = new H3CellSystem();

  private static final long serialVersionUID = 1L;

  // The layout of an id: https://h3geo.org/docs/core-library/h3Indexing/
  private static final int FINEST = 15;
  private static final int LEVEL_SHIFT = 52;
  private static final long LEVEL_MASK = 0xFL << LEVEL_SHIFT;
  private static final int DIGIT_BITS = 3;
  private static final long LAST_DIGIT = 6;

  // Each H3Core unpacks its native library into a temporary folder: one is enough.
  private final transient H3Core h3;

  private H3CellSystem() {
    try {
      h3 = H3Core.newInstance();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unpack H3's native library", e);
    }
  }

  @Override
  public String name() {
    return "h3";
  }

  @Override
  public int maxLevel() {
    return FINEST;
  }

  @Override
  public long cellId(double lat, double lon, int level) {
    GeoPoint.check(lat, lon);
    CellChecks.level(this, level);
    return h3.latLngToCell(lat, lon, level);
  }

  @Override
  public long parent(long id, int level) {
    CellChecks.ancestor(this, level(id), level);
    return h3.cellToParent(id, level);
  }

  @Override
  public long firstDescendant(long id, int level) {
    return descendant(id, level, 0);
  }

  @Override
  public long lastDescendant(long id, int level) {
    return descendant(id, level, LAST_DIGIT);
  }

  /** The cell's own digits, and the given one at each level below. */
  private long descendant(long id, int level, long digit) {
    int own = level(id);
    CellChecks.descendant(this, own, level);
    long descendant = (id & ~LEVEL_MASK) | ((long) level << LEVEL_SHIFT);
    for (int at = own + 1; at <= level; at++) {
      int shift = DIGIT_BITS * (FINEST - at);
      descendant = (descendant & ~(7L << shift)) | (digit << shift);
    }
    return descendant;
  }

  @Override
  public int level(long id) {
    return h3.getResolution(valid(id));
  }

  @Override
  public boolean isValid(long id) {
    return h3.isValidCell(id);
  }

  @Override
  public GeoPoint center(long id) {
    LatLng center = h3.cellToLatLng(valid(id));
    return new GeoPoint(center.lat, center.lng);
  }

  @Override
  public String token(long id) {
    return h3.h3ToString(valid(id));
  }

  @Override
  public byte[] boundaryWkb(long id) {
    return CellBoundary.wkb(
        h3.cellToBoundary(valid(id)).stream().map(at -> SpherePoints.of(at.lat, at.lng)).toList());
  }

  @Override
  public double areaSquareKm(long id) {
    // H3's own square km are on a sphere of the authalic radius.
    return h3.cellArea(valid(id), AreaUnit.rads2) * SpherePoints.RADIUS_KM * SpherePoints.RADIUS_KM;
  }

  private long valid(long id) {
    CellChecks.valid(this, id);
    return id;
  }

  private Object readResolve() {
    return INSTANCE;
  }
}
