package io.geolocsft.select;

import com.google.common.collect.AbstractIterator;
import com.google.common.collect.Iterators;
import com.google.common.collect.PeekingIterator;
import java.util.BitSet;
import java.util.Iterator;
import java.util.Locale;

/**
 * Thins out images that look alike: goes through the images in the order in which they are kept and
 * rejects each that looks like so many kept ones already. Unlike joining all that are linked by
 * chains of likeness, this keeps the two ends of a long row of overlapping views.
 *
 * <p>An image is known by its place in that order, from 0. Pairs pass by and are forgotten; what is
 * remembered is one bit an image, so that there may be many times more pairs than fit into memory.
 */
public final class NearDuplicates extends AbstractIterator<NearDuplicates.Pair> {

  private final PeekingIterator<Pair> pairs;
  private final int max;
  private final BitSet rejected = new BitSet();
  private Pair last = new Pair(-1, 0, 0);

  /**
   * Two images that look alike.
   *
   * @param first place of the one to keep rather
   * @param second place of the other
   * @param bits in how many bits their perceptual hashes differ
   */
  public record Pair(long first, long second, int bits) {

    public Pair {
      if (first >= second) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "The place %d must come before %d", first, second));
      }
    }

    private boolean isAfter(Pair other) {
      return second > other.second || (second == other.second && first >= other.first);
    }
  }

  private NearDuplicates(Iterator<Pair> pairs, int max) {
    this.pairs = Iterators.peekingIterator(pairs);
    this.max = max;
  }

  /**
   * The rejected images, each with the most similar kept one.
   *
   * @param pairs all pairs by their second place, then by their first; repeated or not
   * @param max how many kept images one may look like, at least 1; with so many it is rejected
   */
  public static Iterator<Pair> rejected(Iterator<Pair> pairs, int max) {
    return new NearDuplicates(pairs, max);
  }

  @Override
  protected Pair computeNext() {
    while (pairs.hasNext()) {
      Pair mostSimilar = nextImage();
      if (mostSimilar != null) {
        rejected.set(Math.toIntExact(mostSimilar.second()));
        return mostSimilar;
      }
    }
    return endOfData();
  }

  /** Takes all pairs of the next image; null if it is kept. */
  private Pair nextImage() {
    long image = pairs.peek().second();
    int kept = 0;
    Pair mostSimilar = null;
    while (pairs.hasNext() && pairs.peek().second() == image) {
      Pair pair = nextPair();
      if (!pair.equals(last) && !rejected.get(Math.toIntExact(pair.first()))) {
        kept++;
        mostSimilar = mostSimilar == null || pair.bits() < mostSimilar.bits() ? pair : mostSimilar;
      }
      last = pair;
    }
    return kept >= max ? mostSimilar : null;
  }

  private Pair nextPair() {
    Pair pair = pairs.next();
    if (!pair.isAfter(last)) {
      throw new IllegalArgumentException("%s must not come after %s".formatted(pair, last));
    }
    return pair;
  }
}
