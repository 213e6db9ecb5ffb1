package io.geolocsft.geo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Splitter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** Lists of populated places. */
public final class Places {

  private static final List<String> COLUMNS = List.of("latitude", "longitude", "population");

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
   * latitude}, {@code longitude} (degrees) and {@code population}, in any order and among others.
   * Fields may not be quoted.
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
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, UTF_8));
    String header = Objects.requireNonNullElse(reader.readLine(), "");
    List<String> names = Splitter.on(',').trimResults().splitToList(header);
    int[] columns = COLUMNS.stream().mapToInt(names::indexOf).toArray();
    for (int i = 0; i < columns.length; i++) {
      if (columns[i] < 0) {
        throw new IllegalArgumentException(
            "%s: no column '%s' in the header '%s'".formatted(source, COLUMNS.get(i), header));
      }
    }
    List<Place> places = new ArrayList<>();
    int number = 1;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      number++;
      if (!line.isBlank()) {
        places.add(place(line, columns, source + ":" + number));
      }
    }
    return List.copyOf(places);
  }

  private static Place place(String line, int[] columns, String where) {
    List<String> fields = Splitter.on(',').trimResults().splitToList(line);
    try {
      return new Place(
          new GeoPoint(
              Double.parseDouble(fields.get(columns[0])),
              Double.parseDouble(fields.get(columns[1]))),
          Long.parseLong(fields.get(columns[2])));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "%s: not a place: '%s' (%s)".formatted(where, line, e.getMessage()), e);
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
