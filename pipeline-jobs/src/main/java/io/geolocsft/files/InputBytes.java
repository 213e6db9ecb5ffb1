package io.geolocsft.files;

import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.EnvironmentException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Small files that settings name. */
public final class InputBytes {

  private InputBytes() {}

  /**
   * A file's bytes, unpacked if its name ends in {@code .gz}.
   *
   * @throws ConfigException if there is none
   * @throws EnvironmentException if it cannot be read
   */
  public static byte[] read(String location, Configuration hadoop) {
    Path path = Locations.path(location);
    try (InputStream raw = Locations.open(path.getFileSystem(hadoop), path);
        InputStream in = location.endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw new ConfigException("There is no file " + location);
    } catch (IOException e) {
      throw new EnvironmentException("Cannot read %s: %s".formatted(location, e.getMessage()), e);
    }
  }

  /**
   * What is made of them.
   *
   * @throws DataException if they end too early
   */
  public static <T> T parse(String location, Parser<T> parser) {
    try {
      return parser.parse();
    } catch (IOException e) {
      throw new DataException("%s: %s".formatted(location, e.getMessage()), e);
    }
  }

  /** Reads from memory. */
  public interface Parser<T> {
    T parse() throws IOException;
  }
}
