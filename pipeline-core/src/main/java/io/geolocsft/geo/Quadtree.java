package io.geolocsft.geo;

import java.math.BigDecimal;

/**
 * Quarters of a rectangle of the map, quartered again and again by halving latitude and longitude,
 * as OSV-5M (Astruc et al. 2024) cuts its cells. An id is a 1 and then two bits a level, north and
 * east, so that the digits of a token are OSV-5M's: 0 south-west, 1 south-east, 2 north-west, 3
 * north-east; that of level 0 is {@code root}. A point on an edge between cells belongs to the one
 * north or east of it. OSV-5M starts from the bounding box of its training images, which {@code
 * quadtree:SOUTH,WEST,NORTH,EAST} names; a point outside goes to the nearest cell of the rim.
 *
 * @param bounds the rectangle, of level 0
 */
record Quadtree(Bounds bounds) implements BoxCells {

  static final Quadtree EARTH = new Quadtree(Bounds.EARTH);

  private static final int FINEST = 30;

  Quadtree {
    boolean inside =
        GeoPoint.isValid(bounds.ymin(), bounds.xmin())
            && GeoPoint.isValid(bounds.ymax(), bounds.xmax());
    if (!inside || bounds.ymin() >= bounds.ymax() || bounds.xmin() >= bounds.xmax()) {
      throw new IllegalArgumentException(
          "A quadtree needs south below north and west of east, all on Earth: " + bounds);
    }
  }

  @Override
  public String name() {
    return equals(EARTH)
        ? "quadtree"
        : "quadtree:%s,%s,%s,%s"
            .formatted(
                plain(bounds.ymin()),
                plain(bounds.xmin()),
                plain(bounds.ymax()),
                plain(bounds.xmax()));
  }

  private static String plain(double degrees) {
    return BigDecimal.valueOf(degrees).toPlainString();
  }

  @Override
  public int maxLevel() {
    return FINEST;
  }

  @Override
  public long cellId(double lat, double lon, int level) {
    GeoPoint.check(lat, lon);
    CellChecks.level(this, level);
    long north = step(lat, bounds.ymin(), bounds.ymax(), level);
    long east = step(lon, bounds.xmin(), bounds.xmax(), level);
    return 1L << 2 * level | spread(north) << 1 | spread(east);
  }

  private static long step(double at, double from, double to, int level) {
    long steps = 1L << level;
    double exact = (at - from) / (to - from) * steps;
    return Math.max(0, Math.min(steps - 1, (long) exact));
  }

  /** Puts a zero before each of 32 bits. */
  private static long spread(long bits) {
    long spread = (bits | bits << 16) & 0x0000FFFF0000FFFFL;
    spread = (spread | spread << 8) & 0x00FF00FF00FF00FFL;
    spread = (spread | spread << 4) & 0x0F0F0F0F0F0F0F0FL;
    spread = (spread | spread << 2) & 0x3333333333333333L;
    return (spread | spread << 1) & 0x5555555555555555L;
  }

  /** Takes every second bit. */
  private static long gather(long bits) {
    long gathered = bits & 0x5555555555555555L;
    gathered = (gathered | gathered >>> 1) & 0x3333333333333333L;
    gathered = (gathered | gathered >>> 2) & 0x0F0F0F0F0F0F0F0FL;
    gathered = (gathered | gathered >>> 4) & 0x00FF00FF00FF00FFL;
    gathered = (gathered | gathered >>> 8) & 0x0000FFFF0000FFFFL;
    return (gathered | gathered >>> 16) & 0x00000000FFFFFFFFL;
  }

  @Override
  public long parent(long id, int level) {
    int own = level(id);
    CellChecks.ancestor(this, own, level);
    return id >>> 2 * (own - level);
  }

  @Override
  public long firstDescendant(long id, int level) {
    int own = level(id);
    CellChecks.descendant(this, own, level);
    return id << 2 * (level - own);
  }

  @Override
  public long lastDescendant(long id, int level) {
    return firstDescendant(id, level) + (1L << 2 * (level - level(id))) - 1;
  }

  @Override
  public int level(long id) {
    CellChecks.valid(this, id);
    return (Long.SIZE - 1 - Long.numberOfLeadingZeros(id)) / 2;
  }

  @Override
  public boolean isValid(long id) {
    int highest = Long.SIZE - 1 - Long.numberOfLeadingZeros(id);
    return highest >= 0 && highest <= 2 * FINEST && highest % 2 == 0;
  }

  @Override
  public String token(long id) {
    int level = level(id);
    StringBuilder digits = new StringBuilder();
    for (int at = level - 1; at >= 0; at--) {
      digits.append(id >>> 2 * at & 3);
    }
    return level == 0 ? "root" : digits.toString();
  }

  @Override
  public Bounds box(long id) {
    int level = level(id);
    long north = gather((id ^ 1L << 2 * level) >>> 1);
    long east = gather(id ^ 1L << 2 * level);
    return new Bounds(
        edge(east, bounds.xmin(), bounds.xmax(), level),
        edge(north, bounds.ymin(), bounds.ymax(), level),
        edge(east + 1, bounds.xmin(), bounds.xmax(), level),
        edge(north + 1, bounds.ymin(), bounds.ymax(), level));
  }

  private static double edge(long number, double from, double to, int level) {
    return from + (to - from) * number / (1L << level);
  }
}
