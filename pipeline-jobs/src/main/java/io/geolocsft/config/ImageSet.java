package io.geolocsft.config;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One set of images to take in.
 *
 * @param split {@code train} or the benchmark's name
 * @param source where the images come from, by name
 * @param setting path of its section in the configuration
 * @param images folder of the images
 * @param table CSV, JSON Lines or Parquet of coordinates, or empty
 * @param layout how its files are named
 * @param columns names of the table's columns
 */
public record ImageSet(
    String split,
    String source,
    String setting,
    String images,
    String table,
    TableLayout layout,
    ColumnNames columns)
    implements Serializable {

  public static final String TRAIN = "train";

  /** The training catalogue, then the benchmarks in their order. */
  public static List<ImageSet> of(PipelineConfig config) {
    List<ImageSet> sets = new ArrayList<>();
    IngestSettings ingest = config.ingest();
    sets.add(
        new ImageSet(
            TRAIN,
            ingest.source(),
            "ingest",
            ingest.images(),
            ingest.table(),
            TableLayout.of(ingest.layout()),
            TableLayout.of(ingest.layout()).columns(ingest.columns())));
    for (BenchmarkSettings benchmark : config.benchmarks()) {
      TableLayout layout = TableLayout.of(benchmark.layout());
      sets.add(
          new ImageSet(
              benchmark.name(),
              benchmark.name(),
              String.format(Locale.ROOT, "benchmarks[%d]", sets.size() - 1),
              benchmark.images(),
              benchmark.table(),
              layout,
              layout.columns(benchmark.columns())));
    }
    return List.copyOf(sets);
  }

  /**
   * What stands before every id of this set, so that a benchmark's {@code 1.jpg} is not the
   * catalogue's.
   */
  public String idPrefix() {
    return split.equals(TRAIN) ? "" : split + ":";
  }
}
