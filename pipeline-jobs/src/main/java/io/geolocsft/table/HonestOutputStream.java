package io.geolocsft.table;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSError;

/**
 * Fails with an {@link IOException} where Hadoop's local file system throws an {@link Error}, such
 * as on a full disk.
 */
final class HonestOutputStream extends FilterOutputStream {

  HonestOutputStream(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int value) throws IOException {
    honestly(() -> out.write(value));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    honestly(() -> out.write(bytes, offset, length));
  }

  @Override
  public void flush() throws IOException {
    honestly(out::flush);
  }

  @Override
  public void close() throws IOException {
    honestly(out::close);
  }

  /** What may fail so. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  static void honestly(Work work) throws IOException {
    try {
      work.run();
    } catch (FSError e) {
      throw new IOException(e.getCause().getMessage(), e);
    }
  }
}
