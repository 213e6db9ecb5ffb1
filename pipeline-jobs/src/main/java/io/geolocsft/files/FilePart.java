package io.geolocsft.files;

import com.google.common.io.ByteStreams;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * A stretch of a larger file that holds a smaller one. Its URI is the larger file's with a
 * fragment, {@code shard-0001.tar#bytes=512-10239}, the first and the last byte as in HTTP.
 *
 * @param file URI of the larger file
 * @param form how the smaller one lies there
 * @param first byte of the stretch, for a zip's member of its local header
 * @param length bytes of the smaller file as they lie there, perhaps compressed
 */
public record FilePart(String file, Form form, long first, long length) {

  private static final Pattern URI =
      Pattern.compile("(.*)#(\\w+)=(\\d{1,18})-(\\d{1,18})", Pattern.DOTALL);

  // Of a zip's local file header, by PKWARE's APPNOTE 4.3.7.
  private static final int HEADER = 30;
  private static final int SIGNATURE = 0x04034b50;
  private static final int NAME_LENGTH = 26;
  private static final int EXTRA_LENGTH = 28;

  /** Photographs hardly shrink; what expands so far is made to fill memory. */
  private static final long MOST_RATIO = 200;

  private static final int RATIO_FREE = 1 << 20;
  private static final int BUFFER = 1 << 16;

  /** How a smaller file lies in a larger one. */
  public enum Form {
    /** Byte by byte. */
    BYTES,
    /** As a zip's member, not compressed. */
    STORED,
    /** As a zip's member, compressed by DEFLATE. */
    DEFLATED
  }

  /** The part that a URI names; empty if it names a whole file. */
  public static Optional<FilePart> parse(String uri) {
    Matcher part = URI.matcher(uri);
    if (!part.matches()) {
      return Optional.empty();
    }
    for (Form form : Form.values()) {
      if (name(form).equals(part.group(2))) {
        long first = Long.parseLong(part.group(3));
        long length = Long.parseLong(part.group(4)) - first + 1;
        return length < 0
            ? Optional.empty()
            : Optional.of(new FilePart(part.group(1), form, first, length));
      }
    }
    return Optional.empty();
  }

  /** The URI, which {@link #parse} reads. */
  public String uri() {
    return file + "#" + name(form) + "=" + first + "-" + (first + length - 1);
  }

  private static String name(Form form) {
    return form.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the smaller file.
   *
   * @param file the larger one
   * @param limit a longer file is cut there
   * @throws DamagedArchiveException if it is not there, or expands to more than any image would
   */
  public byte[] read(FSDataInputStream file, int limit) throws IOException {
    try {
      file.seek(first);
      InputStream in = withoutLostConnections(file);
      if (form != Form.BYTES) {
        skipLocalHeader(in);
      }
      return form == Form.DEFLATED
          ? inflate(in, limit)
          : in.readNBytes((int) Math.min(length, limit));
    } catch (EOFException e) {
      throw new DamagedArchiveException("it ends within its header", e);
    }
  }

  /** S3A tells of a connection that was lost as it tells of an end, which would be damage. */
  private static InputStream withoutLostConnections(InputStream file) {
    return new FilterInputStream(file) {
      @Override
      public int read(byte[] to, int offset, int length) throws IOException {
        try {
          return in.read(to, offset, length);
        } catch (EOFException e) {
          throw new IOException(e.getMessage(), e);
        }
      }
    };
  }

  /** Its length is not always what the directory says. */
  private void skipLocalHeader(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(HEADER);
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < HEADER || header.getInt(0) != SIGNATURE) {
      throw new DamagedArchiveException("there is no zip member at byte " + first, null);
    }
    int rest =
        Short.toUnsignedInt(header.getShort(NAME_LENGTH))
            + Short.toUnsignedInt(header.getShort(EXTRA_LENGTH));
    if (in.readNBytes(rest).length < rest) {
      throw new EOFException();
    }
  }

  private byte[] inflate(InputStream in, int limit) throws IOException {
    long most = MOST_RATIO * Math.min(length, Integer.MAX_VALUE) + RATIO_FREE;
    Inflater inflater = new Inflater(true);
    try (InputStream plain =
        new InflaterInputStream(ByteStreams.limit(in, length), inflater, BUFFER)) {
      byte[] bytes = plain.readNBytes((int) Math.min(limit, most + 1));
      if (bytes.length > most) {
        throw new DamagedArchiveException(
            String.format(Locale.ROOT, "it expands to more than %d times its bytes", MOST_RATIO),
            null);
      }
      return bytes;
    } catch (ZipException e) {
      throw new DamagedArchiveException("its compressed bytes are damaged", e);
    } finally {
      inflater.end();
    }
  }
}
