package io.geolocsft.select;

import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Finds 64-bit perceptual hashes that differ in few bits without comparing all with all. A hash is
 * cut into bands; by the pigeonhole principle two hashes that differ in at most {@code bits} bits
 * differ in at most {@code bits / bands} in one of them. Each hash is stored under its {@link
 * #keys} and looked up by its {@link #probes}; every near pair meets under some key.
 */
public final class HashBands {

  private static final int BITS = 64;
  private static final double MAX_CHANCE_MEETINGS = 256;

  private final int bands;
  private final boolean flip;

  private HashBands(int bands, boolean flip) {
    this.bands = bands;
    this.flip = flip;
  }

  /**
   * Bands for a threshold and a number of hashes: with few hashes one band more than bits, looked
   * up as it is; with many so few and wide bands that hashes hardly meet by chance, looked up also
   * with each of its bits flipped.
   *
   * @param bits the largest number of differing bits, 0 to 16
   * @param images how many hashes there are, roughly
   */
  public static HashBands of(int bits, long images) {
    if (bits < 0 || bits > 16) {
      throw new IllegalArgumentException(
          "near duplicates by %d bits: must be 0 to 16".formatted(bits));
    }
    int exact = bits + 1;
    double meetings = images * exact / Math.pow(2, (double) BITS / exact);
    return meetings <= MAX_CHANCE_MEETINGS
        ? new HashBands(exact, false)
        : new HashBands(bits / 2 + 1, true);
  }

  /** How many bits two hashes differ in. */
  public static int distance(long a, long b) {
    return Long.bitCount(a ^ b);
  }

  /** What a hash is stored under: one key a band. */
  public long[] keys(long hash) {
    return IntStream.range(0, bands).mapToLong(band -> key(hash, band)).toArray();
  }

  /** What a hash is looked up by; all different. */
  public long[] probes(long hash) {
    return flip
        ? IntStream.range(0, bands)
            .mapToObj(band -> around(hash, band))
            .flatMapToLong(all -> all)
            .toArray()
        : keys(hash);
  }

  private LongStream around(long hash, int band) {
    LongStream flipped =
        IntStream.range(start(band), start(band + 1)).mapToLong(bit -> key(hash ^ 1L << bit, band));
    return LongStream.concat(LongStream.of(key(hash, band)), flipped);
  }

  /** The band's bits, with the band's number above them where there are several. */
  private long key(long hash, int band) {
    int from = start(band);
    int width = start(band + 1) - from;
    long value = width == BITS ? hash : hash >>> from & (1L << width) - 1;
    return bands == 1 ? value : (long) band << BITS / 2 | value;
  }

  private int start(int band) {
    return band * BITS / bands;
  }
}
