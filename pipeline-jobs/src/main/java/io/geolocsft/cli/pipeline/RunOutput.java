package io.geolocsft.cli.pipeline;

import static java.util.stream.Collectors.joining;

import io.geolocsft.failure.ConfigException;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.TableStore;
import java.util.List;
import picocli.CommandLine.Option;

/** The option {@code --output} of commands that read a run's tables. */
public final class RunOutput {

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "output folder of the run, a path or a URI")
  private String output;

  /** The folder as it was given. */
  public String location() {
    return output;
  }

  /** Its tables. */
  public TableStore open(EmbeddedSpark spark) {
    return TableStore.open(spark, EmbeddedSpark.hadoopConfiguration(), output);
  }

  /**
   * All tables that a run has published.
   *
   * @param output as the user gave it
   * @throws ConfigException if there are none
   */
  public static List<TableSchema> tables(TableStore store, String output) {
    List<TableSchema> published = store.published();
    if (published.isEmpty()) {
      throw new ConfigException(
          "--output %s holds no tables: give the output folder of a run, with its hidden .manifests if it is a copy"
              .formatted(output));
    }
    return published;
  }

  /** Those of the option's folder. */
  public List<TableSchema> tables(TableStore store) {
    return tables(store, output);
  }

  /**
   * One of them.
   *
   * @throws ConfigException naming those that there are, if it is none
   */
  public TableSchema table(TableStore store, String name) {
    List<TableSchema> published = tables(store);
    return published.stream()
        .filter(table -> table.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "--output %s has no table '%s'; it has %s"
                        .formatted(
                            output,
                            name,
                            published.stream().map(TableSchema::name).collect(joining(", ")))));
  }
}
