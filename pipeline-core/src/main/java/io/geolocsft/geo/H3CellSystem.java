package io.geolocsft.geo;

import com.uber.h3core.AreaUnit;
import com.uber.h3core.H3Core;
import com.uber.h3core.util.LatLng;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Uber's H3 cells, resolutions 0 to 15. */
final class H3CellSystem implements CellSystem {

  static final H3CellSystem INSTANCE = new H3CellSystem();

  // Each H3Core unpacks its native library into a temporary folder: one is enough.
  private final H3Core h3;

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
    return 15;
  }

  @Override
  public long cellId(double lat, double lon, int level) {
    return h3.latLngToCell(lat, lon, level);
  }

  @Override
  public long parent(long id, int level) {
    return h3.cellToParent(valid(id), level);
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
    return h3.cellArea(valid(id), AreaUnit.km2);
  }

  private long valid(long id) {
    if (!h3.isValidCell(id)) {
      throw new IllegalArgumentException("Not an H3 cell id: " + id);
    }
    return id;
  }
}
