package io.geolocsft.image;

import com.google.common.base.Throwables;
import io.geolocsft.image.ImageException.Kind;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** One of the JDK's own image readers over bytes in memory, its failures told in one way. */
final class PlainReader {

  /** What is done with an opened reader. */
  interface Reading<T> {
    T with(ImageReader reader) throws IOException;
  }

  private final String format;

  private PlainReader(String format) {
    this.format = format;
  }

  static PlainReader of(String format) {
    return new PlainReader(format);
  }

  <T> T read(byte[] file, Reading<T> reading) throws IOException {
    ImageReader reader = reader();
    try (ImageInputStream input = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(input, true, true);
      return reading.with(reader);
    } catch (ImageException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The readers answer damaged files with any runtime exception, an index out of bounds say.
      throw refusal(e);
    } finally {
      reader.dispose();
    }
  }

  private ImageException refusal(Exception failure) {
    return Throwables.getCausalChain(failure).stream().anyMatch(EOFException.class::isInstance)
        ? new ImageException(Kind.TRUNCATED, "The " + format + " image data end too early", failure)
        : new ImageException(Kind.CORRUPT, "The " + format + " image data are damaged", failure);
  }

  /** The JDK's reader, whatever else lies on the class path. */
  private ImageReader reader() {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getName().startsWith("com.sun.imageio.")) {
        return reader;
      }
    }
    // An error: no image is to blame.
    throw new LinkageError("This JDK has no " + format + " reader (module java.desktop)");
  }
}
