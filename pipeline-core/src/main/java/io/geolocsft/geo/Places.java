package io.geolocsft.geo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Lists of populated places. */
public final class Places {

  private static final List<String> COLUMNS = List.of("latitude", "longitude", "population");

  /** Need not be there. */
  private static final String NAME = "name";

  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .setAllowMissingColumnNames(true)
          .setIgnoreEmptyLines(true)
          .setTrim(true)
          .get();

  private Places() {}

  /**
   * The 112,320 places with at least 1,000 people of GeoNames (CC-BY 4.0), to 0.01 degrees, ordered
   * by latitude, then longitude. The list is immutable.
   */
  public static List<Place> geonames() {
    return GeoNames.PLACES;
  }

  /**
   * Reads places from a CSV file, gzipped if its name ends in {@code .gz}, with the columns {@code
   * latitude}, {@code longitude} (degrees), {@code population} and, if there is one, {@code name},
   * in any order and among others.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if its content is not such a table; the message names the line
   */
  public static List<Place> fromCsv(Path file) throws IOException {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return fromCsv(in, file.toString());
    }
  }

  /**
   * Reads places from CSV that is not gzipped.
   *
   * @param source names it in messages
   */
  public static List<Place> fromCsv(InputStream in, String source) throws IOException {
    try (CSVParser rows = FORMAT.parse(new InputStreamReader(in, UTF_8))) {
      for (String column : COLUMNS) {
        if (!rows.getHeaderNames().contains(column)) {
          throw new IllegalArgumentException(
              "%s: no column '%s' in the header %s"
                  .formatted(source, column, rows.getHeaderNames()));
        }
      }
      List<Place> places = new ArrayList<>();
      for (CSVRecord row : rows) {
        places.add(place(row, source + ":" + rows.getCurrentLineNumber()));
      }
      return List.copyOf(places);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CSVException malformed) {
        throw new IllegalArgumentException(
            "%s: not CSV: %s".formatted(source, malformed.getMessage()), malformed);
      }
      throw e.getCause();
    }
  }

  private static Place place(CSVRecord row, String where) {
    try {
      return new Place(
          new GeoPoint(
              Double.parseDouble(row.get("latitude")), Double.parseDouble(row.get("longitude"))),
          Long.parseLong(row.get("population")),
          row.isMapped(NAME) ? row.get(NAME) : "");
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: not a place: '%s' (%s)".formatted(where, String.join(",", row), e.getMessage()), e);
    }
  }

  /** Read at first use. */
  private static final class GeoNames {
    static final List<Place> PLACES = load();

    private static List<Place> load() {
      String name = "places.csv.gz";
      try (InputStream raw = Places.class.getResourceAsStream(name);
          InputStream in = new GZIPInputStream(raw)) {
        return fromCsv(in, name);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
