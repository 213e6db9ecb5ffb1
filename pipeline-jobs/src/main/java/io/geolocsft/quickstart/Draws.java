package io.geolocsft.quickstart;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * Random numbers as a function of the seed, a purpose and an index, so that what is drawn for one
 * image depends on no other image, nor on the number of threads.
 */
record Draws(long seed) {

  SplittableRandom of(String purpose, long index) {
    return new SplittableRandom(hash(purpose, index));
  }

  /** A uniform number in [0, 1). */
  double uniform(String purpose, long index) {
    return (hash(purpose, index) >>> 11) * 0x1p-53;
  }

  private long hash(String purpose, long index) {
    return Hashing.murmur3_128()
        .newHasher()
        .putLong(seed)
        .putString(purpose, StandardCharsets.UTF_8)
        .putLong(index)
        .hash()
        .asLong();
  }
}
