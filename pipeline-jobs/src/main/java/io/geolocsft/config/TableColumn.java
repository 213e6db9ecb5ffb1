package io.geolocsft.config;

import java.util.function.Function;

/** What a table of images may tell, each in a column that the configuration names. */
public enum TableColumn {
  IMAGE("image", ColumnNames::image),
  ID("id", ColumnNames::id),
  LATITUDE("latitude", ColumnNames::latitude),
  LONGITUDE("longitude", ColumnNames::longitude),
  CAPTURED_AT("captured_at", ColumnNames::capturedAt),
  SEQUENCE_ID("sequence_id", ColumnNames::sequenceId),
  AUTHOR("author", ColumnNames::author),
  COUNTRY("country", ColumnNames::country);

  private final String key;
  private final Function<ColumnNames, String> name;

  TableColumn(String key, Function<ColumnNames, String> name) {
    this.key = key;
    this.name = name;
  }

  /** The setting under {@code columns}, and the name within the pipeline. */
  public String key() {
    return key;
  }

  public String nameIn(ColumnNames columns) {
    return name.apply(columns);
  }

  /** Whether a set's table may lack it: nobody asked for it by another name. */
  public boolean mayBeMissing(ImageSet set) {
    String name = nameIn(set.columns());
    boolean extra =
        switch (this) {
          case CAPTURED_AT, SEQUENCE_ID, AUTHOR, COUNTRY -> true;
          default -> false;
        };
    boolean usual = name.equals(key) || set.layout().calls(this, name);
    return this != IMAGE && name.isEmpty() || extra && usual;
  }
}
