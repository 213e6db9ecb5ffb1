package io.geolocsft.image;

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
    } catch (EOFException e) {
      throw new ImageException(Kind.TRUNCATED, "The " + format + " image data end too early", e);
    } catch (IOException | RuntimeException e) {
      // The readers answer damaged files with any runtime exception, an index out of bounds say.
      throw new ImageException(Kind.CORRUPT, "Damaged " + format + " image: " + e.getMessage(), e);
    } finally {
      reader.dispose();
    }
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
    throw new IllegalStateException("This JDK has no " + format + " reader (module java.desktop)");
  }
}
