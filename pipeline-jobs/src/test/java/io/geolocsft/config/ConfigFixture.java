package io.geolocsft.config;

/** The defaults, with what has none filled in. */
public final class ConfigFixture {

  public static final String MINIMAL =
      """
      run: {name: test}
      ingest: {images: in/images, table: in/catalogue.csv}
      model: {path: models/small}
      """;

  private ConfigFixture() {}

  /** The defaults with {@code path=value} set over them. */
  public static PipelineConfig with(String... sets) {
    return ConfigReader.parse(MINIMAL, sets);
  }
}
