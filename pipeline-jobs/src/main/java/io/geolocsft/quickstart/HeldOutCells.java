package io.geolocsft.quickstart;

/**
 * The parts of the Earth that belong to the benchmarks: cells of 4 degrees of latitude and about as
 * much of arc in longitude, of which each run of seven in a row of cells loses one by the seed.
 * Drawn singly instead, some would lie in clumps.
 */
final class HeldOutCells {

  private static final double CELL_DEGREES = 4;
  private static final int ONE_OF = 7;

  private final Draws draws;

  HeldOutCells(Draws draws) {
    this.draws = draws;
  }

  boolean contains(double latitude, double longitude) {
    int row = row(latitude);
    int column = column(row, longitude);
    long run = row * 1000L + column / ONE_OF;
    int chosen = (int) (draws.uniform("held-out cells", run) * ONE_OF);
    return column % ONE_OF == chosen;
  }

  /** A number of the cell that is its own. */
  static long cell(double latitude, double longitude) {
    int row = row(latitude);
    return row * 1000L + column(row, longitude);
  }

  private static int row(double latitude) {
    int rows = (int) (180 / CELL_DEGREES);
    return Math.min(rows - 1, (int) ((latitude + 90) / CELL_DEGREES));
  }

  private static int column(int row, double longitude) {
    double middle = StrictMath.toRadians((row + 0.5) * CELL_DEGREES - 90);
    int columns = (int) Math.max(1, Math.round(360 * StrictMath.cos(middle) / CELL_DEGREES));
    return Math.min(columns - 1, (int) ((longitude + 180) / 360 * columns));
  }
}
