package io.geolocsft.select;

import com.google.common.collect.AbstractIterator;
import com.google.common.math.LongMath;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Finds 64-bit perceptual hashes that differ in few bits without comparing all with all. A hash is
 * cut into blocks; two that differ in at most {@code bits} bits agree in all but at most that many
 * of them. So there is a table for each way to leave that many blocks out, keyed by the blocks that
 * remain: hashes that are near share a key in one table at least (Manku, Jain and Das Sarma,
 * "Detecting near-duplicates for web crawling", WWW 2007).
 *
 * <p>Blocks are so many that what a hash costs, an entry in each table and a comparison with every
 * stranger that happens to have the same key, is least; so the cost grows little more than linearly
 * with the number of hashes. Hashes that crowd together, as real ones do, cost more.
 */
public final class HashTables implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int BITS = Long.SIZE;
  private static final int MOST_BITS = 16;
  private static final int MOST_TABLES = 1000;

  /** What an entry costs, in comparisons. */
  private static final double ENTRY = 20;

  // The golden ratio, whose multiples are spread evenly.
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final int bits;
  private final long[] blocks;

  /** By table the blocks that must agree. */
  private final long[] masks;

  private HashTables(int bits, int blocks) {
    this.bits = bits;
    this.blocks = IntStream.range(0, blocks).mapToLong(block -> block(block, blocks)).toArray();
    List<Long> all = new ArrayList<>();
    choose(0, 0, blocks - bits, all);
    masks = all.stream().mapToLong(Long::longValue).toArray();
  }

  private static long block(int number, int count) {
    int begin = number * BITS / count;
    int end = (number + 1) * BITS / count;
    return -1L >>> BITS - (end - begin) << begin;
  }

  /** All ways to choose so many blocks from one on; those with the first blocks first. */
  private void choose(int block, long chosen, int missing, List<Long> all) {
    if (missing == 0) {
      all.add(chosen);
    } else if (blocks.length - block >= missing) {
      choose(block + 1, chosen | blocks[block], missing - 1, all);
      choose(block + 1, chosen, missing, all);
    }
  }

  /**
   * Tables for a threshold and a number of hashes.
   *
   * @param bits the largest number of differing bits, 0 to 16
   * @param hashes how many there are, roughly
   */
  public static HashTables of(int bits, long hashes) {
    if (bits < 0 || bits > MOST_BITS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "near duplicates by %d bits: must be 0 to %d", bits, MOST_BITS));
    }
    int blocks =
        IntStream.rangeClosed(bits + 1, BITS)
            .filter(count -> count == bits + 1 || tables(count, bits) <= MOST_TABLES)
            .boxed()
            .min(Comparator.comparingDouble(count -> cost(count, bits, hashes)))
            .orElseThrow();
    return new HashTables(bits, blocks);
  }

  private static long tables(int blocks, int bits) {
    return LongMath.binomial(blocks, bits);
  }

  private static double cost(int blocks, int bits, long hashes) {
    double keyBits = (double) BITS * (blocks - bits) / blocks;
    return tables(blocks, bits) * (ENTRY + hashes / Math.pow(2, keyBits) / 2);
  }

  /** How many bits two hashes differ in. */
  public static int distance(long a, long b) {
    return Long.bitCount(a ^ b);
  }

  /** How many tables there are. */
  public int count() {
    return masks.length;
  }

  /** What a hash is filed under in the tables, each key once. */
  public long[] keys(long hash) {
    return LongStream.of(masks).map(mask -> hash & mask).distinct().toArray();
  }

  /**
   * The part of a table that a hash belongs to; hashes with the same key belong to one.
   *
   * @param parts how many parts a table has
   */
  public int part(int table, long hash, int parts) {
    return (int) ((spread(hash, masks[table]) >>> 32) * parts >>> 32);
  }

  private static long spread(long hash, long mask) {
    long key = (hash & mask) * SPREAD;
    return (key ^ key >>> 32) * SPREAD;
  }

  /**
   * The near pairs of a table, or of a part of it, two hashes each. Over all tables each pair comes
   * once. They are looked for one by one: where hashes crowd together there are many more of them
   * than hashes.
   *
   * @param hashes all different; they are sorted by key
   */
  public Iterator<long[]> pairs(int table, long[] hashes) {
    return new Pairs(masks[table], hashes, sort(hashes, masks[table]));
  }

  /** Each hash of a bin with every later one of it. */
  private final class Pairs extends AbstractIterator<long[]> {

    private final long mask;
    private final long[] hashes;
    private final int[] ends;
    private int bin;
    private int first;
    private int second;

    Pairs(long mask, long[] hashes, int[] ends) {
      this.mask = mask;
      this.hashes = hashes;
      this.ends = ends;
    }

    @Override
    protected long[] computeNext() {
      for (; bin < ends.length; bin++) {
        for (; first < ends[bin]; first++) {
          for (second = Math.max(second, first) + 1; second < ends[bin]; second++) {
            if (areNear(hashes[first], hashes[second])) {
              return new long[] {hashes[first], hashes[second]};
            }
          }
          second = 0;
        }
      }
      return endOfData();
    }

    private boolean areNear(long a, long b) {
      long difference = a ^ b;
      return (difference & mask) == 0
          && Long.bitCount(difference) <= bits
          && firstTable(difference) == mask;
    }
  }

  /** The first table, by its mask, in which two hashes that differ so share a key. */
  private long firstTable(long difference) {
    long chosen = 0;
    int missing = blocks.length - bits;
    for (int block = 0; missing > 0; block++) {
      if ((difference & blocks[block]) == 0) {
        chosen |= blocks[block];
        missing--;
      }
    }
    return chosen;
  }

  /**
   * Puts hashes with equal keys beside each other, by counting: into as many bins as there are
   * hashes, in which strangers are few.
   *
   * @return where each bin ends
   */
  private static int[] sort(long[] hashes, long mask) {
    int shift = BITS - Math.max(1, BITS - Long.numberOfLeadingZeros(hashes.length));
    int[] next = new int[1 << BITS - shift];
    for (long hash : hashes) {
      next[bin(hash, mask, shift)]++;
    }
    int sum = 0;
    for (int bin = 0; bin < next.length; bin++) {
      int size = next[bin];
      next[bin] = sum;
      sum += size;
    }
    for (long hash : hashes.clone()) {
      hashes[next[bin(hash, mask, shift)]++] = hash;
    }
    return next;
  }

  /** Spread once more: those of one part have their first bits in common. */
  private static int bin(long hash, long mask, int shift) {
    return (int) (spread(hash, mask) * SPREAD >>> shift);
  }
}
