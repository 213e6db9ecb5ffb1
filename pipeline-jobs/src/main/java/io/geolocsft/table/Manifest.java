package io.geolocsft.table;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is told of every published output; {@link ManifestFiles} has it written. An output without
 * one is not there.
 *
 * @param id follows from name, inputs, settings and revision, so that a rerun knows that it has
 *     nothing to do
 * @param name of the table or folder
 * @param rowCount rows that were written; -1 for a folder
 * @param schemaVersion version of the table's schema; 0 for a folder
 * @param stage that wrote it; null where it was written before this was told
 * @param revision of that stage
 * @param codeVersion of the program that wrote it
 * @param startedAt when its stage began; ISO 8601, UTC
 * @param createdAt when it was written; ISO 8601, UTC
 * @param settings that the output depends on, as JSON by path
 * @param inputs manifest ids of what was read, fingerprints of outside files, by name
 */
public record Manifest(
    @JsonProperty("id") String id,
    @JsonProperty("name") String name,
    @JsonProperty("row_count") long rowCount,
    @JsonProperty("schema_version") int schemaVersion,
    @JsonProperty("stage") String stage,
    @JsonProperty("revision") int revision,
    @JsonProperty("code_version") String codeVersion,
    @JsonProperty("started_at") String startedAt,
    @JsonProperty("created_at") String createdAt,
    @JsonProperty("settings") Map<String, String> settings,
    @JsonProperty("inputs") Map<String, String> inputs) {

  static final String FILE = "_manifest.json";

  // A later version may tell more.
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  public Manifest {
    settings = sorted(settings);
    inputs = sorted(inputs);
  }

  private static Map<String, String> sorted(Map<String, String> entries) {
    return entries == null ? Map.of() : new TreeMap<>(entries);
  }

  /** Whether another output follows from the same, as those of one run of a stage do. */
  public boolean isMadeWith(Manifest other) {
    return revision == other.revision
        && settings.equals(other.settings)
        && inputs.equals(other.inputs);
  }

  boolean isOfTable() {
    return rowCount >= 0;
  }

  /** What the output followed from. */
  Lineage lineage() {
    return new Lineage(stage, settings, revision, codeVersion, inputs);
  }

  String toJson() throws JsonProcessingException {
    return JSON.writeValueAsString(this) + "\n";
  }

  private static boolean isTime(String text) {
    try {
      return text != null && Instant.parse(text) != null;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  static Manifest fromJson(byte[] json) throws IOException {
    Manifest manifest = JSON.readValue(json, Manifest.class);
    if (manifest == null || manifest.id == null || !isTime(manifest.createdAt)) {
      throw new JsonMappingException(null, "a manifest has an id, and when it was created");
    }
    return manifest;
  }
}
