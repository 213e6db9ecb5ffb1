package io.geolocsft.select;

import java.util.Comparator;

/**
 * Which of several copies is kept: the largest, then the sharpest, then the first in the keyed
 * order.
 *
 * @param pixels width times height
 * @param blur variance of the Laplacian
 * @param key of {@link KeyedOrder}
 * @param imageId decides at last
 */
public record KeepOrder(long pixels, double blur, long key, String imageId)
    implements Comparable<KeepOrder> {

  private static final Comparator<KeepOrder> ORDER =
      Comparator.comparingLong(KeepOrder::pixels)
          .thenComparingDouble(KeepOrder::blur)
          .reversed()
          .thenComparingLong(KeepOrder::key)
          .thenComparing(KeepOrder::imageId);

  @Override
  public int compareTo(KeepOrder other) {
    return ORDER.compare(this, other);
  }
}
