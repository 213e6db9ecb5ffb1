package io.geolocsft.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an output follows from. Two outputs of one name and one lineage are the same.
 *
 * @param configHash hash of the settings that it depends on
 * @param codeVersion of the code that writes it
 * @param inputs manifest ids of the tables and folders read, and fingerprints of outside files, by
 *     name
 */
public record Lineage(String configHash, String codeVersion, Map<String, String> inputs) {

  public Lineage {
    inputs = Map.copyOf(inputs);
  }

  /** A lineage for tables that stand alone, as in tests. */
  public static Lineage none() {
    return new Lineage("", "", Map.of());
  }

  /** The id that the manifest of an output with this name and lineage has: 32 hex digits. */
  public String idOf(String output) {
    // Every part is followed by a line feed, which none of them holds.
    StringBuilder text = new StringBuilder();
    text.append(output).append('\n').append(configHash).append('\n').append(codeVersion);
    new TreeMap<>(inputs)
        .forEach((name, id) -> text.append('\n').append(name).append('\n').append(id));
    return Hashing.sha256().hashString(text, UTF_8).toString().substring(0, 32);
  }
}
