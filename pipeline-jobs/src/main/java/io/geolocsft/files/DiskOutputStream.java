package io.geolocsft.files;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSError;

/**
 * Fails with an {@link IOException} where Hadoop's local file system throws an {@link Error}, such
 * as on a full disk.
 */
public final class DiskOutputStream extends FilterOutputStream {

  DiskOutputStream(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int value) throws IOException {
    withIoErrors(() -> out.write(value));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    withIoErrors(() -> out.write(bytes, offset, length));
  }

  @Override
  public void flush() throws IOException {
    withIoErrors(out::flush);
  }

  @Override
  public void close() throws IOException {
    withIoErrors(out::close);
  }

  /** What may fail so. */
  @FunctionalInterface
  public interface Work {
    void run() throws IOException;
  }

  public static void withIoErrors(Work work) throws IOException {
    try {
      work.run();
    } catch (FSError e) {
      throw new IOException(e.getCause().getMessage(), e);
    }
  }
}
