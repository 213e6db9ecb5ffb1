package io.geolocsft.files;

import com.google.common.hash.Hashing;
import io.geolocsft.image.DecodeLimits;
import io.geolocsft.image.ImageDecoder;
import io.geolocsft.image.ImageException;
import io.geolocsft.image.RgbImage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads the image behind a {@code uri} column, from a driver or an executor, and tells apart an
 * image that is bad ({@link UnusableImageException}) from a file system that fails (any other
 * {@link IOException}). A file that is not there, is not an image, or lies in a damaged archive is
 * bad; one that may not be read, whose bucket or server is away, or of which less comes than there
 * is, is not.
 */
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

  /** Those that a model is given, as a session reaches them. */
  public static ImageBytes of(SparkSession spark) {
    return new ImageBytes(spark.sessionState().newHadoopConf(), DecodeLimits.DEFAULT.maxBytes());
  }

  /** How file systems are reached. */
  public Configuration hadoop() {
    return hadoop.value();
  }

  /**
   * Reads a file in one go.
   *
   * @param uri of any Hadoop file system; may name a {@link FilePart}
   * @throws UnusableImageException if there is no such file, or the part is not where the URI says
   * @throws IOException if its file system fails
   */
  public byte[] read(String uri) throws IOException {
    if (uri == null) {
      throw new UnusableImageException("invalid_path", "the image has no URI", null);
    }
    Optional<FilePart> part = FilePart.parse(uri);
    Path path = path(part.map(FilePart::file).orElse(uri));
    FileSystem fs = path.getFileSystem(hadoop.value());
    try (FSDataInputStream in = Locations.open(fs, path)) {
      return part.isPresent() ? part.get().read(in, limit) : in.readNBytes(limit);
    } catch (FileNotFoundException e) {
      requireMissing(fs, path, e);
      throw new UnusableImageException("missing_file", "there is no file " + uri, e);
    } catch (DamagedArchiveException e) {
      throw new UnusableImageException("archive_damaged", uri + ": " + e.getMessage(), e);
    }
  }

  private static Path path(String uri) throws UnusableImageException {
    try {
      return new Path(uri);
    } catch (IllegalArgumentException e) {
      throw new UnusableImageException("invalid_path", uri + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a file that was read before.
   *
   * @param sha256 of its bytes then, in hexadecimal digits; null if it is not known
   * @throws UnusableImageException also if its bytes are others now
   */
  public byte[] read(String uri, String sha256) throws IOException {
    byte[] file = read(uri);
    if (sha256 != null && !Hashing.sha256().hashBytes(file).toString().equals(sha256)) {
      requireWhole(uri, file);
      throw new UnusableImageException(
          "changed_image", uri + " has different bytes than when it was ingested", null);
    }
    return file;
  }

  /**
   * Decodes what was read.
   *
   * @throws UnusableImageException if it is not an image that can be read, is damaged or over the
   *     limits
   * @throws IOException if its file system gave less of it than there is
   */
  public RgbImage decode(String uri, byte[] file, DecodeLimits limits) throws IOException {
    try {
      return ImageDecoder.decode(file, limits);
    } catch (ImageException e) {
      requireWhole(uri, file);
      throw new UnusableImageException(
          "image_" + e.kind().name().toLowerCase(Locale.ROOT), e.getMessage(), e);
    }
  }

  /** Reads and decodes a file whose bytes are to have this hash, if it is not null. */
  public RgbImage image(String uri, String sha256) throws IOException {
    return decode(uri, read(uri, sha256), DecodeLimits.DEFAULT);
  }

  /**
   * A local disk says that there is no file also of one that may not be read, and of any when too
   * many are open.
   */
  private static void requireMissing(FileSystem fs, Path path, FileNotFoundException told)
      throws IOException {
    try {
      if (fs.getFileStatus(path).isFile()) {
        throw new IOException("%s is there, but cannot be read: %s".formatted(path, told), told);
      }
    } catch (FileNotFoundException e) {
      // As it said.
      return;
    }
  }

  /** Of a transfer that ended too early an image looks damaged. */
  private void requireWhole(String uri, byte[] file) throws IOException {
    Optional<FilePart> part = FilePart.parse(uri);
    if (part.isPresent() && part.get().form() == FilePart.Form.DEFLATED) {
      return;
    }
    Path path = new Path(part.map(FilePart::file).orElse(uri));
    long there = path.getFileSystem(hadoop.value()).getFileStatus(path).getLen();
    long whole = part.map(own -> Math.min(own.length(), there - own.first())).orElse(there);
    if (file.length < Math.min(whole, limit)) {
      throw new IOException(
          String.format(Locale.ROOT, "%s returned only %d of %d bytes", uri, file.length, whole));
    }
  }
}
