package io.geolocsft.geo;

import com.google.common.geometry.S2Cell;
import com.google.common.geometry.S2CellId;
import java.util.stream.IntStream;

/** Google's S2 cells, levels 0 to 30. Ids are the library's 64 bits as a signed long. */
final class S2CellSystem implements CellSystem {

  static final S2CellSystem INSTANCE = new S2CellSystem();

  private static final long serialVersionUID = 1L;

  private S2CellSystem() {}

  @Override
  public String name() {
    return "s2";
  }

  @Override
  public int maxLevel() {
    return S2CellId.MAX_LEVEL;
  }

  @Override
  public long cellId(double lat, double lon, int level) {
    GeoPoint.check(lat, lon);
    CellChecks.level(this, level);
    return S2CellIds.of(lat, lon, level);
  }

  @Override
  public long parent(long id, int level) {
    S2CellId cell = valid(id);
    CellChecks.ancestor(this, cell.level(), level);
    return cell.parent(level).id();
  }

  @Override
  public long firstDescendant(long id, int level) {
    S2CellId cell = valid(id);
    CellChecks.descendant(this, cell.level(), level);
    return cell.rangeMin().parent(level).id();
  }

  @Override
  public long lastDescendant(long id, int level) {
    S2CellId cell = valid(id);
    CellChecks.descendant(this, cell.level(), level);
    return cell.rangeMax().parent(level).id();
  }

  @Override
  public int level(long id) {
    return valid(id).level();
  }

  @Override
  public boolean isValid(long id) {
    return new S2CellId(id).isValid();
  }

  @Override
  public GeoPoint center(long id) {
    return SpherePoints.geoPoint(valid(id).toPoint());
  }

  @Override
  public String token(long id) {
    return valid(id).toToken();
  }

  @Override
  public byte[] boundaryWkb(long id) {
    S2Cell cell = new S2Cell(valid(id));
    return CellBoundary.wkb(IntStream.range(0, 4).mapToObj(cell::getVertex).toList());
  }

  @Override
  public double areaSquareKm(long id) {
    return new S2Cell(valid(id)).exactArea() * SpherePoints.RADIUS_KM * SpherePoints.RADIUS_KM;
  }

  private S2CellId valid(long id) {
    CellChecks.valid(this, id);
    return new S2CellId(id);
  }

  private Object readResolve() {
    return INSTANCE;
  }
}
