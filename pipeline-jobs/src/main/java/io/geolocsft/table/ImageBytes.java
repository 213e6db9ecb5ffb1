package io.geolocsft.table;

import io.geolocsft.archive.FilePart;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
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
   * @param uri of any Hadoop file system; may name a {@link FilePart}
   * @throws java.io.FileNotFoundException if it does not exist, is a folder or may not be read
   * @throws IOException if its file system fails
   * @throws io.geolocsft.archive.DamagedArchiveException if a part is not where the URI says
   */
  public byte[] read(String uri) throws IOException {
    Optional<FilePart> part = FilePart.parse(uri);
    Path path = new Path(part.map(FilePart::file).orElse(uri));
    try (FSDataInputStream in = path.getFileSystem(hadoop.value()).open(path)) {
      return part.isPresent() ? part.get().read(in, limit) : in.readNBytes(limit);
    }
  }
}
