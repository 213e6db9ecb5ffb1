package io.geolocsft.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * An archive on a Hadoop file system as its readers want it. It is read block by block, since they
 * read a few bytes at a time, and no more than is allowed: a header may claim any length, and they
 * would take the memory for it.
 */
final class ArchiveChannel implements SeekableByteChannel {

  private static final int BLOCK = 1 << 16;

  private final FSDataInputStream in;
  private final long size;
  private final byte[] block = new byte[BLOCK];
  private long blockAt = -1;
  private long position;
  private long allowed;

  ArchiveChannel(FSDataInputStream in, long size) {
    this.in = in;
    this.size = size;
  }

  /** How many bytes may be read from here on. */
  void allow(long bytes) {
    allowed = bytes;
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    if (position >= size) {
      return -1;
    }
    long start = position / BLOCK * BLOCK;
    if (start != blockAt) {
      fetch(start);
      blockAt = start;
    }
    int offset = (int) (position - start);
    int count = (int) Math.min(to.remaining(), Math.min(BLOCK - offset, size - position));
    if (count > allowed) {
      throw new DamagedArchiveException("its headers are longer than any archive needs", null);
    }
    to.put(block, offset, count);
    position += count;
    allowed -= count;
    return count;
  }

  /** A failure of the file system is another matter than what its readers throw. */
  private void fetch(long start) {
    try {
      in.readFully(start, block, 0, (int) Math.min(BLOCK, size - start));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read an archive: " + e.getMessage(), e);
    }
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long to) throws IOException {
    if (to < 0) {
      throw new EOFException("before the first byte");
    }
    position = to;
    return this;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  /** The stream stays open: it is its opener's. */
  @Override
  public void close() {}

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long to) {
    throw new NonWritableChannelException();
  }
}
