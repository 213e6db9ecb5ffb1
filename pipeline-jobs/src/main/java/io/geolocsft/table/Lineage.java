package io.geolocsft.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.Maps;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an output follows from. Two outputs of one name that follow from the same are the same.
 *
 * @param stage that writes it; for information, it tells no outputs apart
 * @param settings that it depends on, as JSON by path
 * @param revision of the stage that writes it
 * @param codeVersion of the program that writes it; for information, it tells no outputs apart
 * @param inputs manifest ids of the tables and folders read, and fingerprints of outside files, by
 *     name
 */
public record Lineage(
    String stage,
    Map<String, String> settings,
    int revision,
    String codeVersion,
    Map<String, String> inputs) {

  /** Stands before the name of a file that no stage writes. */
  public static final String OUTSIDE = "external ";

  public Lineage {
    settings = Map.copyOf(settings);
    inputs = Map.copyOf(inputs);
  }

  /** A lineage for tables that stand alone, as in tests. */
  public static Lineage none() {
    return new Lineage("", Map.of(), 0, "", Map.of());
  }

  /** The same but for some settings and inputs. */
  Lineage without(Set<String> someSettings, Set<String> someInputs) {
    return new Lineage(
        stage,
        Maps.filterKeys(settings, path -> !someSettings.contains(path)),
        revision,
        codeVersion,
        Maps.filterKeys(inputs, name -> !someInputs.contains(name)));
  }

  /** The id that the manifest of an output with this name and lineage has: 32 hex digits. */
  public String idOf(String output) {
    Hasher hasher = Hashing.sha256().newHasher();
    put(hasher, output);
    hasher.putInt(revision);
    put(hasher, settings);
    put(hasher, inputs);
    return hasher.hash().toString().substring(0, 32);
  }

  private static void put(Hasher hasher, Map<String, String> entries) {
    hasher.putInt(entries.size());
    new TreeMap<>(entries)
        .forEach(
            (name, value) -> {
              put(hasher, name);
              put(hasher, value);
            });
  }

  /** With its length, so that no two lists of texts are one. */
  private static void put(Hasher hasher, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    hasher.putInt(bytes.length).putBytes(bytes);
  }
}
