package io.geolocsft.files;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.io.UncheckedIOException;

/**
 * A file as its file system gives it. A failure of that is another matter than the {@link
 * IOException} that whoever unpacks or parses the file throws of what it holds.
 */
public final class SourceStream extends FilterInputStream {

  private final String location;

  /** The file system has failed: trying again may help. */
  public static final class ReadFailure extends UncheckedIOException {

    @Serial private static final long serialVersionUID = 1L;

    private ReadFailure(String location, IOException cause) {
      super("Cannot read %s: %s".formatted(location, cause.getMessage()), cause);
    }
  }

  public SourceStream(String location, InputStream in) {
    super(in);
    this.location = location;
  }

  @Override
  public int read() {
    try {
      return in.read();
    } catch (IOException e) {
      throw new ReadFailure(location, e);
    }
  }

  @Override
  public int read(byte[] to, int offset, int length) {
    try {
      return in.read(to, offset, length);
    } catch (IOException e) {
      throw new ReadFailure(location, e);
    }
  }
}
