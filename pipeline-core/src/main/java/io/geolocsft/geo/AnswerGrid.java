package io.geolocsft.geo;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToIntFunction;
import org.locationtech.jts.geom.Envelope;

/**
 * Remembers which rectangles of the map have one answer for all of their points, so that most
 * points need no look at a polygon. The map is cut into rectangles of 0.35 degrees and, where these
 * have several answers, of 0.044 degrees; each is looked into when a point in it is asked for
 * first. May be shared by threads: what two find out at once is the same.
 */
final class AnswerGrid {

  /** The answer for a rectangle whose points must each be asked for. */
  static final int MIXED = -1;

  private static final int UNKNOWN = 0;
  private static final int ROWS = 512;
  private static final int COLUMNS = 1024;
  private static final double STEP = 180.0 / ROWS;
  private static final int PARTS = 8;

  private final int[] coarse = new int[ROWS * COLUMNS];
  private final AtomicReferenceArray<short[]> fine = new AtomicReferenceArray<>(coarse.length);
  private final ToIntFunction<Envelope> answers;

  /**
   * @param answers what all points of a rectangle have in common, from 1 to 32,767, or {@link
   *     #MIXED}; asked more than once for the same one at times
   */
  AnswerGrid(ToIntFunction<Envelope> answers) {
    this.answers = answers;
  }

  /** The answer for all points around one in degrees, or {@link #MIXED}. */
  int at(double lat, double lon) {
    double north = (lat + 90) / STEP;
    double east = (lon + 180) / STEP;
    int row = Math.min(ROWS - 1, (int) north);
    int column = Math.min(COLUMNS - 1, (int) east);
    int place = row * COLUMNS + column;
    int answer = coarse[place];
    if (answer == UNKNOWN) {
      answer = answers.applyAsInt(rectangle(row, column, 1));
      coarse[place] = answer;
    }
    return answer == MIXED
        ? within(place, row * PARTS + part(north - row), column * PARTS + part(east - column))
        : answer;
  }

  private static int part(double share) {
    return Math.min(PARTS - 1, (int) (share * PARTS));
  }

  private int within(int place, int row, int column) {
    short[] parts = fine.get(place);
    if (parts == null) {
      fine.compareAndSet(place, null, new short[PARTS * PARTS]);
      parts = fine.get(place);
    }
    int part = row % PARTS * PARTS + column % PARTS;
    int answer = parts[part];
    if (answer == UNKNOWN) {
      answer = answers.applyAsInt(rectangle(row, column, PARTS));
      parts[part] = (short) answer;
    }
    return answer;
  }

  /** A little larger than it is, since points on its edges belong to it or to its neighbour. */
  private static Envelope rectangle(int row, int column, int parts) {
    double step = STEP / parts;
    Envelope rectangle =
        new Envelope(
            column * step - 180, (column + 1) * step - 180, row * step - 90, (row + 1) * step - 90);
    rectangle.expandBy(1e-9);
    return rectangle;
  }
}
