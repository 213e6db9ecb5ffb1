package io.geolocsft.geo;

/**
 * Ids of S2 cells, by the definition of S2 and bit for bit those of its library, but without its
 * objects and calls, and only as deep as the level asks for: the library's own way is the greatest
 * cost of binning. Sines and cosines come from short series, and where their error could matter,
 * near the edge of a cell, once more from the library's functions.
 *
 * <p>A point's direction is projected onto the face of a cube, the two coordinates there are made
 * nearly even by S2's quadratic transform, cut to 30 bits, and turned into a place on the face's
 * Hilbert curve, four bits of both at a time. An id is three bits of the face, two bits a level of
 * that place, and a one.
 */
final class S2CellIds {

  private static final int FINEST = 30;
  private static final int SIDE = 1 << FINEST;
  private static final double RADIANS = Math.PI / 180;
  private static final int FACE_SHIFT = 60;

  /** Of an angle's sine, after 0 to 3 quarter turns; of its cosine, after one turn less. */
  private static final double[] OF_SINE = {1, 0, -1, 0};

  /**
   * How near to the edge of a cell the short series do not decide, in widths of the finest cells:
   * their errors, up to 1e-13 of a face, make up a tenth of that.
   */
  private static final double GUARD = 1e-3;

  /** No id. */
  private static final long UNSURE = 0;

  // The curve enters a quarter in one of four orientations: bit 0 swaps the axes, bit 1 inverts
  // both.
  private static final int SWAP = 1;
  private static final int INVERT = 2;

  /** By orientation, and the bits of i and j: which quarter along the curve that is. */
  private static final int[][] PLACE = {{0, 1, 3, 2}, {0, 3, 1, 2}, {2, 3, 1, 0}, {2, 1, 3, 0}};

  /** By the quarter along the curve: how the orientation changes in it. */
  private static final int[] TURN = {SWAP, 0, 0, INVERT | SWAP};

  private static final int STEP = 4;
  private static final int STEP_MASK = (1 << STEP) - 1;
  private static final int ORIENTATIONS = 3;

  /**
   * By four bits of i, four of j and two of orientation: eight bits of place, two of orientation.
   */
  private static final short[] CURVE = curve();

  private S2CellIds() {}

  private static short[] curve() {
    short[] curve = new short[1 << 2 * STEP + 2];
    for (int key = 0; key < curve.length; key++) {
      int orientation = key & ORIENTATIONS;
      int place = 0;
      for (int bit = STEP - 1; bit >= 0; bit--) {
        int i = key >> 2 + STEP + bit & 1;
        int j = key >> 2 + bit & 1;
        int quarter = PLACE[orientation][2 * i + j];
        place = place << 2 | quarter;
        orientation ^= TURN[quarter];
      }
      curve[key] = (short) (place << 2 | orientation);
    }
    return curve;
  }

  /** The cell of a level that holds a point on Earth, in degrees. */
  static long of(double latitude, double longitude, int level) {
    double phi = latitude - 90 * Math.rint(latitude / 90);
    double theta = longitude - 90 * Math.rint(longitude / 90);
    int latQuarter = (int) Math.rint(latitude / 90) & 3;
    int lonQuarter = (int) Math.rint(longitude / 90) & 3;
    double cosPhi = turned(latQuarter + 1, sine(phi), cosine(phi));
    double sinPhi = turned(latQuarter, sine(phi), cosine(phi));
    double cosTheta = turned(lonQuarter + 1, sine(theta), cosine(theta));
    double sinTheta = turned(lonQuarter, sine(theta), cosine(theta));
    long id = of(cosTheta * cosPhi, sinTheta * cosPhi, sinPhi, level, GUARD);
    return id == UNSURE ? exactly(latitude, longitude, level) : id;
  }

  /** With the library's own arithmetic. */
  private static long exactly(double latitude, double longitude, int level) {
    double phi = latitude * RADIANS;
    double theta = longitude * RADIANS;
    double cosPhi = Math.cos(phi);
    return of(Math.cos(theta) * cosPhi, Math.sin(theta) * cosPhi, Math.sin(phi), level, 0);
  }

  /** The sine of an angle and so many quarter turns, from the angle's sine and cosine. */
  private static double turned(int quarters, double sine, double cosine) {
    return OF_SINE[quarters & 3] * sine + OF_SINE[quarters + 3 & 3] * cosine;
  }

  // Taylor's series, which for at most 45 degrees are exact to 3e-14.

  private static double sine(double degrees) {
    double x = degrees * RADIANS;
    double square = x * x;
    double series = Math.fma(square, 1.0 / 6227020800L, -1.0 / 39916800);
    series = Math.fma(series, square, 1.0 / 362880);
    series = Math.fma(series, square, -1.0 / 5040);
    series = Math.fma(series, square, 1.0 / 120);
    series = Math.fma(series, square, -1.0 / 6);
    return Math.fma(series * square, x, x);
  }

  private static double cosine(double degrees) {
    double x = degrees * RADIANS;
    double square = x * x;
    double series = Math.fma(square, -1.0 / 87178291200L, 1.0 / 479001600);
    series = Math.fma(series, square, -1.0 / 3628800);
    series = Math.fma(series, square, 1.0 / 40320);
    series = Math.fma(series, square, -1.0 / 720);
    series = Math.fma(series, square, 1.0 / 24);
    series = Math.fma(series, square, -0.5);
    return Math.fma(series, square, 1);
  }

  private static long of(double x, double y, double z, int level, double guard) {
    double absX = Math.abs(x);
    double absY = Math.abs(y);
    double absZ = Math.abs(z);
    if (absX > absY && absX > absZ) {
      return x < 0 ? id(3, z / x, y / x, level, guard) : id(0, y / x, z / x, level, guard);
    }
    if (absY >= absX && absY > absZ) {
      return y < 0 ? id(4, z / y, -x / y, level, guard) : id(1, -x / y, z / y, level, guard);
    }
    return z < 0 ? id(5, -y / z, -x / z, level, guard) : id(2, -x / z, -y / z, level, guard);
  }

  private static long id(int face, double u, double v, int level, double guard) {
    double s = even(u);
    double t = even(v);
    int i = Math.min(SIDE - 1, (int) s);
    int j = Math.min(SIDE - 1, (int) t);
    int cell = (1 << FINEST - level) - 1;
    if (guard > 0
        && (isNearEdge(s - (i & ~cell), cell, guard) || isNearEdge(t - (j & ~cell), cell, guard))) {
      return UNSURE;
    }
    long place = (long) face << FACE_SHIFT;
    int state = face & SWAP;
    // The first step takes two levels, each further one four.
    int last = 7 - (level + 1) / STEP;
    for (int step = 7; step >= last; step--) {
      int shift = STEP * step;
      state = CURVE[(i >> shift & STEP_MASK) << STEP + 2 | (j >> shift & STEP_MASK) << 2 | state];
      place |= (long) (state >> 2) << 2 * shift;
      state &= ORIENTATIONS;
    }
    long lowest = 1L << 2 * (FINEST - level);
    return place << 1 & -lowest | lowest;
  }

  /** Whether a coordinate within a cell is so near to its edge that rounding may decide. */
  private static boolean isNearEdge(double within, int cell, double guard) {
    return within < guard || within > cell + 1 - guard;
  }

  /** The quadratic transform, in widths of the finest cells. */
  private static double even(double u) {
    double half = 0.5 * Math.sqrt(1 + 3 * Math.abs(u));
    return SIDE * (u >= 0 ? half : 1 - half);
  }
}
