package io.geolocsft.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The published schema is that of the manifests that are written. */
class TestManifestSchema {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode schema() throws IOException {
    return JSON.readTree(Files.readString(Path.of("..", "conf", "manifest.schema.json")));
  }

  @Test
  void everyFieldIsDescribed() throws IOException {
    assertThat(schema().path("properties").properties().stream().map(Map.Entry::getKey))
        .containsExactly(
            Arrays.stream(Manifest.class.getRecordComponents())
                .map(TestManifestSchema::name)
                .toArray(String[]::new));
  }

  private static String name(RecordComponent component) {
    return component.getAccessor().getAnnotation(JsonProperty.class).value();
  }

  @Test
  void manifestsAreValid() throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema());
    Manifest whole =
        new Manifest(
            "0".repeat(32),
            "cells",
            3,
            1,
            "bin",
            2,
            "0.1.0",
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:01.5Z",
            Map.of("bin.level", "6"),
            Map.of("catalogue", "abc"));
    assertThat(schema.validate(JSON.readTree(whole.toJson()))).isEmpty();
    assertThat(schema.validate(JSON.readTree("{\"id\": \"x\", \"row_count\": -2}")))
        .hasSizeGreaterThan(8);
  }
}
