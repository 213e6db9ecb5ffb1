package io.geolocsft.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Image features of a frozen vision tower, so that they are computed once and not once an epoch, a
 * rank or a training.
 *
 * <p>A file an image and number of its views, named by the image's hash, of little-endian float32,
 * in a folder named by the hash of the tower's weights.
 */
public final class FeatureCache {

  private final RunFiles files;
  private final String folder;
  private final int size;

  /**
   * A tower's features.
   *
   * @param files of one training at a time
   * @param tower hash of its weights and of whatever else tells how it sees an image
   * @param size floats of an image's features: tokens times hidden size
   */
  public FeatureCache(RunFiles files, String tower, int size) {
    this.files = files;
    this.folder = tower;
    this.size = size;
  }

  private static String name(TrainingExample example) {
    String views = example.views() == 1 ? "" : "-" + example.views();
    return example.sha256() + views;
  }

  private String file(TrainingExample example) {
    return folder + "/" + name(example);
  }

  private int bytes(TrainingExample example) {
    return Math.multiplyExact(example.views() * Float.BYTES, size);
  }

  /** The examples whose features are not here, whole. */
  List<TrainingExample> missing(List<TrainingExample> examples) throws IOException {
    Map<String, Long> lengths = files.list(folder);
    return examples.stream()
        .filter(example -> lengths.getOrDefault(name(example), -1L) != bytes(example))
        .toList();
  }

  /**
   * The features of each view, {@code [tokens, hidden]} row by row.
   *
   * @throws IOException if they are not here, or not whole
   */
  public float[][] get(TrainingExample example) throws IOException {
    byte[] bytes;
    try (InputStream in = files.open(file(example))) {
      bytes = in.readNBytes(bytes(example) + 1);
    }
    if (bytes.length != bytes(example)) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s does not have the %d bytes of the image's features: delete it",
              file(example),
              bytes(example)));
    }
    FloatBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[][] features = new float[example.views()][size];
    for (float[] view : features) {
      floats.get(view);
    }
    return features;
  }

  /** Deletes what these examples do not need. */
  void keepOnly(List<TrainingExample> examples) throws IOException {
    for (String tower : files.list("").keySet()) {
      if (!tower.equals(folder)) {
        files.delete(tower);
      }
    }
    Set<String> needed = examples.stream().map(FeatureCache::name).collect(Collectors.toSet());
    for (String name : files.list(folder).keySet()) {
      if (!needed.contains(name)) {
        files.delete(folder + "/" + name);
      }
    }
  }

  void put(TrainingExample example, float[][] features) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(bytes(example)).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = bytes.asFloatBuffer();
    for (float[] view : features) {
      floats.put(view);
    }
    try (OutputStream out = files.create(file(example))) {
      out.write(bytes.array());
    }
  }
}
