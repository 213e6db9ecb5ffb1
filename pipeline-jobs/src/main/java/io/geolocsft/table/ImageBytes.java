package io.geolocsft.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/** Reads the image behind a {@code uri} column, from a driver or an executor. */
public final class ImageBytes implements Serializable {

  @Serial private static final long serialVersionUID = 1L;

  private final SerializableConfiguration hadoop;
  private final int limit;

  /**
   * @param hadoop how file systems are reached
   * @param maxBytes a longer file is cut one byte later, so that the reader can tell
   */
  public ImageBytes(Configuration hadoop, long maxBytes) {
    this.hadoop = new SerializableConfiguration(hadoop);
    this.limit = (int) Math.min(maxBytes + 1, Integer.MAX_VALUE - 8);
  }

  /** How file systems are reached. */
  public Configuration hadoop() {
    return hadoop.value();
  }

  /**
   * Reads a file in one go.
   *
   * @param uri of any Hadoop file system
   * @throws java.io.FileNotFoundException if it does not exist, is a folder or may not be read
   * @throws IOException if its file system fails
   */
  public byte[] read(String uri) throws IOException {
    Path path = new Path(uri);
    try (InputStream in = path.getFileSystem(hadoop.value()).open(path)) {
      return in.readNBytes(limit);
    }
  }
}
