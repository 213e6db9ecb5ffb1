package io.geolocsft.geo;

import java.util.Locale;

/**
 * A grid of equal steps of latitude and longitude over the whole map. Level 0 is Earth, with id 0;
 * level 1 has the grid's cells, numbered from 1 row by row from the south, within a row from the
 * west. A point on an edge between cells belongs to the one north or east of it. Tokens are {@code
 * earth} and for example {@code r12c34}, rows and columns counted from 0. OSV-5M (Astruc et al.
 * 2024) weighs its images by the cells of one with 99 rows and columns.
 */
record LatLonGrid(int rows, int columns) implements BoxCells {

  static final LatLonGrid OSV5M = new LatLonGrid(99, 99);

  private static final int MOST = 1_000_000;
  private static final long EARTH = 0;

  LatLonGrid {
    if (rows < 1 || columns < 1 || rows > MOST || columns > MOST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "A grid of %d rows and %d columns (allowed 1 to %d of both)",
              rows,
              columns,
              MOST));
    }
  }

  @Override
  public String name() {
    return equals(OSV5M) ? "grid" : String.format(Locale.ROOT, "grid:%dx%d", rows, columns);
  }

  @Override
  public int maxLevel() {
    return 1;
  }

  @Override
  public long cellId(double lat, double lon, int level) {
    GeoPoint.check(lat, lon);
    CellChecks.level(this, level);
    return level == 0
        ? EARTH
        : index(lat + 90, 180, rows) * columns + index(lon + 180, 360, columns) + 1;
  }

  private static long index(double from, double extent, int steps) {
    // The map's last edge belongs to its last cell.
    return Math.min(steps - 1, (long) (from / extent * steps));
  }

  @Override
  public long parent(long id, int level) {
    CellChecks.ancestor(this, level(id), level);
    return level == 0 ? EARTH : id;
  }

  @Override
  public long firstDescendant(long id, int level) {
    CellChecks.descendant(this, level(id), level);
    return id == EARTH && level == 1 ? 1 : id;
  }

  @Override
  public long lastDescendant(long id, int level) {
    CellChecks.descendant(this, level(id), level);
    return id == EARTH && level == 1 ? (long) rows * columns : id;
  }

  @Override
  public int level(long id) {
    CellChecks.valid(this, id);
    return id == EARTH ? 0 : 1;
  }

  @Override
  public boolean isValid(long id) {
    return id >= 0 && id <= (long) rows * columns;
  }

  @Override
  public String token(long id) {
    CellChecks.valid(this, id);
    return id == EARTH
        ? "earth"
        : String.format(Locale.ROOT, "r%dc%d", (id - 1) / columns, (id - 1) % columns);
  }

  @Override
  public Bounds box(long id) {
    CellChecks.valid(this, id);
    if (id == EARTH) {
      return Bounds.EARTH;
    }
    long row = (id - 1) / columns;
    long column = (id - 1) % columns;
    return new Bounds(
        edge(column, columns, 360),
        edge(row, rows, 180),
        edge(column + 1, columns, 360),
        edge(row + 1, rows, 180));
  }

  private static double edge(long number, int steps, double extent) {
    return (double) number / steps * extent - extent / 2;
  }
}
