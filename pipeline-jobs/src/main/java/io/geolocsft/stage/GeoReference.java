package io.geolocsft.stage;

import io.geolocsft.config.BinSettings;
import io.geolocsft.failure.DataException;
import io.geolocsft.files.Fingerprint;
import io.geolocsft.files.InputBytes;
import io.geolocsft.geo.CellSystem;
import io.geolocsft.geo.Country;
import io.geolocsft.geo.CountryIndex;
import io.geolocsft.geo.DensityGrid;
import io.geolocsft.geo.Gazetteer;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.Places;
import io.geolocsft.geo.PopulationDensity;
import io.geolocsft.select.MapLookup;
import java.io.ByteArrayInputStream;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Cells, countries and places as configured. Broadcast, it takes the user's files along, so that
 * executors need not see them, and is built once on each.
 */
public final class GeoReference implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final String NATURAL_EARTH = "natural-earth";
  private static final String GEONAMES = "geonames";

  private final BinSettings settings;
  private final AreaFile countryFile;
  private final AreaFile admin1File;
  private final byte[] placeFile;
  private final DensityGrid grid;
  private transient CountryIndex countries;
  private transient CountryIndex admin1;
  private transient PopulationDensity places;

  private GeoReference(BinSettings settings, SparkSession spark) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    this.settings = settings;
    countryFile =
        isBuiltIn(settings.countries())
            ? null
            : AreaFile.read(settings.countries(), "bin.countries", spark);
    boolean ownProvinces = !settings.admin1().isEmpty() && !isBuiltIn(settings.admin1());
    admin1File = ownProvinces ? AreaFile.read(settings.admin1(), "bin.admin1", spark) : null;
    placeFile = isBuiltIn(settings.places()) ? null : InputBytes.read(settings.places(), hadoop);
    grid = settings.density().isEmpty() ? null : grid(settings.density(), hadoop);
  }

  private static DensityGrid grid(String location, Configuration hadoop) {
    return InputBytes.parse(
        location,
        () ->
            DensityGrid.fromAscii(
                new ByteArrayInputStream(InputBytes.read(location, hadoop)), location));
  }

  /**
   * Reads and checks the files.
   *
   * @throws ConfigException if there is none where the settings say
   * @throws DataException if one does not hold what it must
   */
  public static GeoReference read(BinSettings settings, SparkSession spark) {
    try {
      GeoReference geography = new GeoReference(settings, spark);
      geography.countries();
      geography.admin1(0, 0);
      geography.places();
      geography.forget();
      return geography;
    } catch (IllegalArgumentException e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  /**
   * Spark measures what it broadcasts object by object, which takes seconds for trees that
   * executors build themselves anyway.
   */
  private synchronized void forget() {
    countries = null;
    admin1 = null;
    places = null;
  }

  /** Fingerprints of the files that are not built in. */
  public static Map<String, String> fingerprints(BinSettings settings) {
    Map<String, String> files = new TreeMap<>();
    files.put("bin.countries", settings.countries());
    files.put("bin.admin1", settings.admin1());
    files.put("bin.places", settings.places());
    files.put("bin.density", settings.density());
    files.values().removeIf(location -> location.isEmpty() || isBuiltIn(location));
    files.replaceAll((setting, location) -> Fingerprint.of(location));
    return files;
  }

  public CellSystem cells() {
    return CellSystem.of(settings.cellSystem());
  }

  public BinSettings settings() {
    return settings;
  }

  public synchronized CountryIndex countries() {
    if (countries == null) {
      countries = countryFile == null ? CountryIndex.naturalEarth() : countryFile.index();
    }
    return countries;
  }

  /** What rules ask of the map. */
  public MapLookup earth() {
    return new MapLookup(countries(), places());
  }

  /** The code of the first-level division at a point in degrees, or null. */
  public String admin1(double lat, double lon) {
    return settings.admin1().isEmpty()
        ? null
        : admin1().locate(lat, lon).map(Country::code).orElse(null);
  }

  private synchronized CountryIndex admin1() {
    if (admin1 == null) {
      admin1 = admin1File == null ? CountryIndex.naturalEarthProvinces() : admin1File.index();
    }
    return admin1;
  }

  /** Names of places. */
  public Gazetteer gazetteer() {
    return new Gazetteer(countries(), admin1(), places());
  }

  /** People per km^2 around a point in degrees. */
  public double density(double lat, double lon) {
    return grid == null ? places().perSquareKm(lat, lon) : grid.perSquareKm(lat, lon);
  }

  /** The nearest populated place. */
  public GeoPoint nearestPlace(double lat, double lon) {
    return places().nearestPlace(lat, lon).point();
  }

  /** Distance in km to the nearest populated place. */
  public double nearestPlaceKm(double lat, double lon) {
    return places().nearestPlaceKm(lat, lon);
  }

  private synchronized PopulationDensity places() {
    if (places == null) {
      places =
          placeFile == null
              ? PopulationDensity.geonames()
              : InputBytes.parse(
                  settings.places(),
                  () ->
                      PopulationDensity.of(
                          Places.fromCsv(new ByteArrayInputStream(placeFile), settings.places())));
    }
    return places;
  }

  private static boolean isBuiltIn(String name) {
    return name.equals(NATURAL_EARTH) || name.equals(GEONAMES);
  }
}
