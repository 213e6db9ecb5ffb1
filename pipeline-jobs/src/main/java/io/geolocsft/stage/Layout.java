package io.geolocsft.stage;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.replace;

import io.geolocsft.config.ColumnNames;
import io.geolocsft.config.ConfigReader;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;

/** How a published data set names its columns and files. */
enum Layout {
  /** As the settings say. */
  PLAIN(null),

  /**
   * OSV-5M: {@code train.csv} and {@code test.csv}; an image is {@code <id>.jpg} in some folder of
   * the unpacked archives.
   */
  OSV5M(
      new ColumnNames(
          "id",
          "id",
          "latitude",
          "longitude",
          "captured_at",
          "",
          "sequence",
          "creator_id",
          "country")) {
    @Override
    Column file(Column image) {
      return concat(image, lit(".jpg"));
    }

    @Override
    boolean isAnywhere() {
      return true;
    }
  },

  /** MP-16: files have their {@code IMG_ID} as name, with an underscore for each slash. */
  MP16(
      new ColumnNames(
          "IMG_ID",
          "IMG_ID",
          "LAT",
          "LON",
          "captured_at",
          "",
          "sequence_id",
          "author",
          "country")) {
    @Override
    Column file(Column image) {
      return replace(image, lit("/"), lit("_"));
    }
  },

  /** Im2GPS3k; three of its 3,000 images have no coordinates but perhaps in EXIF. */
  IM2GPS3K(
      new ColumnNames(
          "IMG_ID", "IMG_ID", "LAT", "LON", "captured_at", "", "sequence_id", "AUTHOR", "country")),

  /** YFCC4k, whose longitude stands before its latitude. */
  YFCC4K(
      new ColumnNames(
          "name", "name", "lat", "lon", "captured_at", "", "sequence_id", "author", "country")),

  /** YFCC26k: {@code IMG_ID} is a path such as {@code 45/77/3228511372.jpg}, or its last part. */
  YFCC26K(
      new ColumnNames(
          "IMG_ID",
          "IMG_ID",
          "LAT",
          "LON",
          "captured_at",
          "",
          "sequence_id",
          "AUTHOR",
          "country")) {
    @Override
    boolean isAnywhere() {
      return true;
    }
  },

  /**
   * WebDataset: in tars, files that follow each other and share their name up to its first dot are
   * a sample: an image, and a {@code .json} with its columns.
   */
  WEBDATASET(null),

  /** GeoCLIP's tables. */
  GEOCLIP(
      new ColumnNames(
          "IMG_FILE", "", "LAT", "LON", "captured_at", "", "sequence_id", "author", "country"));

  private final ColumnNames columns;

  Layout(ColumnNames columns) {
    this.columns = columns;
  }

  /** The layout of that name in the settings; empty is {@link #PLAIN}. */
  static Layout of(String name) {
    return name.isEmpty() ? PLAIN : valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** This layout's names, but for those that the settings give otherwise. */
  ColumnNames columns(ColumnNames given) {
    if (columns == null) {
      return given;
    }
    Map<String, Object> usual = ConfigReader.defaults(ColumnNames.class);
    return new ColumnNames(
        name("image", usual, given.image(), columns.image()),
        name("id", usual, given.id(), columns.id()),
        name("latitude", usual, given.latitude(), columns.latitude()),
        name("longitude", usual, given.longitude(), columns.longitude()),
        name("capturedAt", usual, given.capturedAt(), columns.capturedAt()),
        given.capturedAtPattern(),
        name("sequenceId", usual, given.sequenceId(), columns.sequenceId()),
        name("author", usual, given.author(), columns.author()),
        name("country", usual, given.country(), columns.country()));
  }

  private static String name(String key, Map<String, Object> usual, String given, String ofLayout) {
    return given.equals(usual.get(key)) ? ofLayout : given;
  }

  /** Whether this is the layout's name of a column. */
  boolean calls(TableColumn column, String name) {
    return columns != null && column.nameIn(columns).equals(name);
  }

  /**
   * The path of a listed image.
   *
   * @param image what the table says
   */
  Column file(Column image) {
    return image;
  }

  /**
   * Whether an image may lie in any folder below the set's, so that the last part of a path counts.
   */
  boolean isAnywhere() {
    return false;
  }
}
