package io.geolocsft.sft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Image features of a frozen vision tower on disk, so that they are computed once and not once an
 * epoch.
 *
 * <p>A file an image and number of its views, named by the image's hash, of little-endian float32,
 * in a folder named by the hash of the tower's weights.
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

  private Path file(TrainingExample example) {
    String views = example.views() == 1 ? "" : "-" + example.views();
    return folder.resolve(example.sha256() + views);
  }

  private int bytes(TrainingExample example) {
    return Math.multiplyExact(example.views() * Float.BYTES, size);
  }

  /** Whether the image's features are here, whole. */
  boolean contains(TrainingExample example) throws IOException {
    Path file = file(example);
    return Files.isRegularFile(file) && Files.size(file) == bytes(example);
  }

  /** The features of each view, {@code [tokens, hidden]} row by row. */
  float[][] get(TrainingExample example) throws IOException {
    Path file = file(example);
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length != bytes(example)) {
      throw new IOException(
          "%s has %d bytes, not %d: delete it".formatted(file, bytes.length, bytes(example)));
    }
    FloatBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[][] features = new float[example.views()][size];
    for (float[] view : features) {
      floats.get(view);
    }
    return features;
  }

  /** Stores aside and moves, so that a reader never sees half a file. */
  void put(TrainingExample example, float[][] features) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(bytes(example)).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = bytes.asFloatBuffer();
    for (float[] view : features) {
      floats.put(view);
    }
    Path aside = Files.createTempFile(folder, "aside", null);
    try {
      Files.write(aside, bytes.array());
      Files.move(aside, file(example), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(aside);
    }
  }
}
