package io.geolocsft.cli.init;

import com.google.common.base.Ascii;
import com.google.common.base.CharMatcher;
import io.geolocsft.config.TableColumn;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which column of a table says what, by the names that catalogues use. */
record ColumnGuess(Map<TableColumn, String> names) {

  /** Without case, spaces and signs; the likelier ones first. */
  private static final Map<TableColumn, List<String>> USUAL =
      new EnumMap<>(
          Map.of(
              TableColumn.IMAGE,
              List.of(
                  "image",
                  "file",
                  "filename",
                  "filepath",
                  "imagepath",
                  "imagefile",
                  "imgfile",
                  "path",
                  "img",
                  "imgid",
                  "imageid",
                  "photo",
                  "photoid",
                  "name",
                  "id",
                  "key"),
              TableColumn.LATITUDE,
              List.of("latitude", "lat", "gpslatitude", "latdeg", "y"),
              TableColumn.LONGITUDE,
              List.of("longitude", "lon", "lng", "long", "gpslongitude", "londeg", "x"),
              TableColumn.CAPTURED_AT,
              List.of(
                  "capturedat",
                  "takenat",
                  "datetaken",
                  "datetimeoriginal",
                  "capturetime",
                  "datetime",
                  "timestamp",
                  "date",
                  "time"),
              TableColumn.SEQUENCE_ID,
              List.of("sequenceid", "sequence", "sequencekey", "seq", "drive", "track"),
              TableColumn.AUTHOR,
              List.of(
                  "author",
                  "creatorid",
                  "creator",
                  "creatorusername",
                  "photographer",
                  "userid",
                  "username",
                  "user",
                  "owner",
                  "contributor"),
              TableColumn.COUNTRY,
              List.of("country", "countrycode", "countryname", "cc")));

  /** Looks through the names of a table. */
  static ColumnGuess of(List<String> found) {
    Map<TableColumn, String> names = new EnumMap<>(TableColumn.class);
    USUAL.forEach(
        (column, usual) ->
            usual.stream()
                .flatMap(word -> found.stream().filter(name -> plain(name).equals(word)))
                .findFirst()
                .ifPresent(name -> names.put(column, name)));
    return new ColumnGuess(names);
  }

  private static String plain(String name) {
    return CharMatcher.javaLetterOrDigit().retainFrom(Ascii.toLowerCase(name));
  }

  Optional<String> of(TableColumn column) {
    return Optional.ofNullable(names.get(column));
  }

  /** Whether a table with these columns is one of images and places. */
  boolean isCatalogue() {
    return names.containsKey(TableColumn.IMAGE)
        && names.containsKey(TableColumn.LATITUDE)
        && names.containsKey(TableColumn.LONGITUDE);
  }
}
