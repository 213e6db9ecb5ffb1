package io.geolocsft.config;

import java.util.Locale;
import java.util.Map;

/** How a published data set names its columns and files. */
public enum TableLayout {
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
    public String suffix() {
      return ".jpg";
    }

    @Override
    public boolean isAnywhere() {
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
    public boolean isFlat() {
      return true;
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
    public boolean isAnywhere() {
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

  TableLayout(ColumnNames columns) {
    this.columns = columns;
  }

  /** The layout of that name in the settings; empty is {@link #PLAIN}. */
  static TableLayout of(String name) {
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

  /** What the name of an image's file has behind what the table says. */
  public String suffix() {
    return "";
  }

  /**
   * Whether the files lie in one folder, with an underscore for each slash of what the table says.
   */
  public boolean isFlat() {
    return false;
  }

  /**
   * Whether an image may lie in any folder below the set's, so that the last part of a path counts.
   */
  public boolean isAnywhere() {
    return false;
  }
}
