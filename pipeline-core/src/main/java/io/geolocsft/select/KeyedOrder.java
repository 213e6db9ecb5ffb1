package io.geolocsft.select;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.io.Serializable;

/**
 * A random order of images that follows from the seed and each image's id alone (SipHash-2-4), so
 * that it is the same however the images are stored, partitioned or sorted.
 */
public final class KeyedOrder implements Serializable {

  private static final long serialVersionUID = 1L;

  // Another purpose takes another second half of the key.
  private static final long PURPOSE = 0x73616d706c696e67L;

  private final HashFunction hash;

  public KeyedOrder(long seed) {
    hash = Hashing.sipHash24(seed, PURPOSE);
  }

  /** The image's place: ascending, and by id where two are equal. */
  public long of(String imageId) {
    return of(imageId.getBytes(UTF_8));
  }

  /** The same of an id in UTF-8. */
  public long of(byte[] imageId) {
    return hash.hashBytes(imageId).asLong();
  }
}
