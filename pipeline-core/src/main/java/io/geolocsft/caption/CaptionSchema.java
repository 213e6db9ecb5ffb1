package io.geolocsft.caption;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.Resources;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.geolocsft.json.JsonFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The form that a geo-caption must have, as JSON Schema (draft 2020-12). */
public final class CaptionSchema {

  private static final String STANDARD = resource("geo-caption.schema.json");

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  /** What schemas themselves must keep. */
  private static final Schema OF_SCHEMAS =
      REGISTRY.getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));

  private final String json;
  private final Schema schema;

  private CaptionSchema(String json, JsonNode read) {
    this.json = json;
    schema = REGISTRY.getSchema(read);
  }

  /**
   * That of GeoLocSFT (arXiv 2506.01277): thoughts from the region to the street, then an answer.
   */
  public static CaptionSchema standard() {
    return of(STANDARD);
  }

  /**
   * One of a user's own.
   *
   * @throws IllegalArgumentException if the text is no schema in JSON
   */
  public static CaptionSchema of(String json) {
    try {
      JsonNode read = JSON.readTree(json);
      Optional<String> problem =
          read.isObject() ? problem(OF_SCHEMAS, read) : Optional.of("it is no object");
      if (problem.isPresent()) {
        throw new IllegalArgumentException("not a JSON Schema: " + problem.get());
      }
      return new CaptionSchema(json, read);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "not a JSON Schema: " + JsonFile.quote(e.getOriginalMessage()), e);
    } catch (SchemaException e) {
      throw new IllegalArgumentException("not a JSON Schema: " + JsonFile.quote(e.getMessage()), e);
    }
  }

  /** The schema itself, as servers of structured output take it. */
  public String json() {
    return json;
  }

  /** What in a caption is not as it must be, the first of all problems; empty if there is none. */
  Optional<String> problem(JsonNode caption) {
    return problem(schema, caption);
  }

  private static Optional<String> problem(Schema kept, JsonNode by) {
    return kept.validate(by).stream()
        .findFirst()
        .map(error -> error.getInstanceLocation() + ": " + JsonFile.quote(error.getMessage()));
  }

  static String resource(String name) {
    try {
      return Resources.toString(
          Resources.getResource(CaptionSchema.class, name), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
