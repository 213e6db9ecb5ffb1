package io.geolocsft.stage;

import io.geolocsft.config.BinSettings;
import io.geolocsft.config.ConfigException;
import io.geolocsft.geo.CellSystem;
import io.geolocsft.geo.CountryIndex;
import io.geolocsft.geo.Places;
import io.geolocsft.geo.PopulationDensity;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Cells, countries and places as configured. Broadcast, it takes the user's files along, so that
 * executors need not see them, and is built once on each.
 */
final class Geography implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final String NATURAL_EARTH = "natural-earth";
  private static final String GEONAMES = "geonames";

  private final BinSettings settings;
  private final byte[] countryFile;
  private final byte[] placeFile;
  private transient CountryIndex countries;
  private transient PopulationDensity density;

  private Geography(BinSettings settings, byte[] countryFile, byte[] placeFile) {
    this.settings = settings;
    this.countryFile = countryFile;
    this.placeFile = placeFile;
  }

  /**
   * Reads and checks the files.
   *
   * @throws ConfigException if there is none where the settings say
   * @throws DataException if one does not hold what it must
   */
  static Geography read(BinSettings settings, Configuration hadoop) {
    Geography geography =
        new Geography(
            settings,
            isBuiltIn(settings.countries()) ? null : bytes(settings.countries(), hadoop),
            isBuiltIn(settings.places()) ? null : bytes(settings.places(), hadoop));
    try {
      geography.countries();
      geography.density();
    } catch (IllegalArgumentException e) {
      throw new DataException(e.getMessage(), e);
    }
    return geography;
  }

  /** Fingerprints of the files that are not built in. */
  static Map<String, String> fingerprints(BinSettings settings) {
    Map<String, String> files = new TreeMap<>();
    if (!isBuiltIn(settings.countries())) {
      files.put("bin.countries", Fingerprint.of(settings.countries()));
    }
    if (!isBuiltIn(settings.places())) {
      files.put("bin.places", Fingerprint.of(settings.places()));
    }
    return files;
  }

  CellSystem cells() {
    return CellSystem.of(settings.cellSystem());
  }

  BinSettings settings() {
    return settings;
  }

  synchronized CountryIndex countries() {
    if (countries == null) {
      countries =
          countryFile == null
              ? CountryIndex.naturalEarth()
              : parse(
                  settings.countries(),
                  () ->
                      CountryIndex.fromGeoJson(
                          new ByteArrayInputStream(countryFile), settings.countries()));
    }
    return countries;
  }

  synchronized PopulationDensity density() {
    if (density == null) {
      density =
          placeFile == null
              ? PopulationDensity.geonames()
              : parse(
                  settings.places(),
                  () ->
                      PopulationDensity.of(
                          Places.fromCsv(new ByteArrayInputStream(placeFile), settings.places())));
    }
    return density;
  }

  private static boolean isBuiltIn(String name) {
    return name.equals(NATURAL_EARTH) || name.equals(GEONAMES);
  }

  private static byte[] bytes(String location, Configuration hadoop) {
    Path path = new Path(location);
    try (InputStream raw = path.getFileSystem(hadoop).open(path);
        InputStream in = location.endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw new ConfigException("There is no file " + location);
    } catch (IOException e) {
      throw new EnvironmentException("Cannot read %s: %s".formatted(location, e.getMessage()), e);
    }
  }

  private static <T> T parse(String location, Parser<T> parser) {
    try {
      return parser.parse();
    } catch (IOException e) {
      throw new DataException("%s: %s".formatted(location, e.getMessage()), e);
    }
  }

  private interface Parser<T> {
    T parse() throws IOException;
  }
}
