package io.geolocsft;

import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.Seekable;

/** The local disk as {@code failing:///path}, of which single files cannot be read for a while. */
public final class FailingFileSystem extends RawLocalFileSystem {

  private static final Map<String, Failure> FAILURES = new ConcurrentHashMap<>();

  /** What comes in the place of a file. */
  @FunctionalInterface
  public interface Failure {
    /** Throws, or gives back what is to be read in place of the stream. */
    FSDataInputStream open(FSDataInputStream in) throws IOException;
  }

  /** Lets every opening of a file of this name fail. */
  public static void fail(String name, Failure failure) {
    FAILURES.put(name, failure);
  }

  /** As if the process had too many files open, which a disk tells as a file that is not there. */
  public static FSDataInputStream tooManyOpenFiles(FSDataInputStream in) throws IOException {
    in.close();
    throw new FileNotFoundException("image.png (Too many open files)");
  }

  /** A transfer that ends after some bytes as if it were whole. */
  public static Failure endsAfter(long bytes) {
    return in -> new FSDataInputStream(new Cut(in, bytes, null));
  }

  /** A transfer that fails after some bytes. */
  public static Failure failsAfter(long bytes, IOException failure) {
    return in -> new FSDataInputStream(new Cut(in, bytes, failure));
  }

  /** All can be read again. */
  public static void mend() {
    FAILURES.clear();
  }

  public static Configuration configuration() {
    Configuration hadoop = new Configuration(false);
    hadoop.set("fs.failing.impl", FailingFileSystem.class.getName());
    return hadoop;
  }

  @Override
  public URI getUri() {
    return URI.create("failing:///");
  }

  @Override
  public String getScheme() {
    return "failing";
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    Failure failure = FAILURES.get(file.getName());
    FSDataInputStream in = super.open(file, bufferSize);
    return failure == null ? in : failure.open(in);
  }

  private static final class Cut extends FilterInputStream implements Seekable, PositionedReadable {

    private final FSDataInputStream whole;
    private final long end;
    private final IOException failure;

    Cut(FSDataInputStream whole, long end, IOException failure) {
      super(whole);
      this.whole = whole;
      this.end = end;
      this.failure = failure;
    }

    private int end() throws IOException {
      if (failure != null) {
        throw failure;
      }
      return -1;
    }

    @Override
    public int read() throws IOException {
      return whole.getPos() >= end ? end() : whole.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      long left = end - whole.getPos();
      return left <= 0 ? end() : whole.read(bytes, offset, (int) Math.min(length, left));
    }

    @Override
    public int read(long position, byte[] bytes, int offset, int length) throws IOException {
      long left = end - position;
      return left <= 0 ? end() : whole.read(position, bytes, offset, (int) Math.min(length, left));
    }

    @Override
    public void readFully(long position, byte[] bytes, int offset, int length) throws IOException {
      whole.readFully(position, bytes, offset, length);
    }

    @Override
    public void readFully(long position, byte[] bytes) throws IOException {
      whole.readFully(position, bytes);
    }

    @Override
    public void seek(long position) throws IOException {
      whole.seek(position);
    }

    @Override
    public long getPos() throws IOException {
      return whole.getPos();
    }

    @Override
    public boolean seekToNewSource(long position) throws IOException {
      return whole.seekToNewSource(position);
    }
  }
}
