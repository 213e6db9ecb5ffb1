package io.geolocsft.sft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Image features of a frozen vision tower on disk, so that they are computed once and not once an
 * epoch.
 *
 * <p>A file an image, named by the image's hash, of little-endian float32, in a folder named by the
 * hash of the tower's weights.
 */
public final class FeatureCache {

  private final Path folder;
  private final int size;

  /**
   * Opens a tower's folder, made if missing.
   *
   * @param parent of the folders of all towers
   * @param tower hash of the weights, {@link io.geolocsft.gemma.GemmaWeights#visionHash}
   * @param size floats of an image's features: tokens times hidden size
   */
  public FeatureCache(Path parent, String tower, int size) throws IOException {
    folder = Files.createDirectories(parent.resolve(tower));
    this.size = size;
  }

  /** Whether the image's features are here, whole. */
  boolean contains(TrainingExample example) throws IOException {
    Path file = folder.resolve(example.sha256());
    return Files.isRegularFile(file) && Files.size(file) == (long) size * Float.BYTES;
  }

  /** The features, {@code [tokens, hidden]} row by row. */
  float[] get(TrainingExample example) throws IOException {
    float[] features = new float[size];
    Path file = folder.resolve(example.sha256());
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length != size * Float.BYTES) {
      throw new IOException(
          "%s has %d bytes, not %d: delete it".formatted(file, bytes.length, size * Float.BYTES));
    }
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(features);
    return features;
  }

  /** Stores aside and moves, so that a reader never sees half a file. */
  void put(TrainingExample example, float[] features) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(features.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(features);
    Path aside = Files.createTempFile(folder, "aside", null);
    try {
      Files.write(aside, bytes.array());
      Files.move(aside, folder.resolve(example.sha256()), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(aside);
    }
  }
}
