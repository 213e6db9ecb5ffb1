package io.geolocsft.cli.pipeline;

import static java.util.stream.Collectors.joining;

import io.geolocsft.failure.ConfigException;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.TableStore;
import java.util.List;

/** The tables that a user asks for by {@code --output} and by name. */
public final class RunTables {

  private RunTables() {}

  /**
   * All that a run has published.
   *
   * @param output as the user gave it
   * @throws ConfigException if there are none
   */
  public static List<TableSchema> all(TableStore store, String output) {
    List<TableSchema> published = store.published();
    if (published.isEmpty()) {
      throw new ConfigException(
          "--output %s holds no tables: give the output folder of a run".formatted(output));
    }
    return published;
  }

  /**
   * One of them.
   *
   * @throws ConfigException naming those that there are, if it is none
   */
  public static TableSchema named(String name, TableStore store, String output) {
    List<TableSchema> published = all(store, output);
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
