package io.geolocsft.gemma.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.geolocsft.json.JsonFile;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One JSON object of a {@code config.json} with typed, range-checked access.
 *
 * @param path leads every message, empty or with a dot behind it
 */
record ConfigSection(JsonNode json, String path) {

  // Four times the largest number of a Gemma 3, its vocabulary's size; the product of any three
  // still fits into 64 bits, so that no shape overflows.
  private static final int MAX_SIZE = 1 << 20;

  /** A section that may be absent or null, but nothing else than an object. */
  ConfigSection section(String key) {
    JsonNode value = json.path(key);
    if (has(key) && !value.isObject()) {
      throw refused(key, "a JSON object is needed");
    }
    return new ConfigSection(value, path + key + ".");
  }

  /** A section that must be there. */
  ConfigSection object(String key) {
    if (!json.path(key).isObject()) {
      throw new IllegalArgumentException(path + key + " is missing or not a JSON object");
    }
    return section(key);
  }

  /** Whether a key has a value, which null is not. */
  boolean has(String key) {
    return json.hasNonNull(key);
  }

  /** The text of a key. */
  Optional<String> text(String key) {
    return has(key) ? Optional.of(json.path(key).asText()) : Optional.empty();
  }

  int positive(String key, int otherwise) {
    JsonNode value = json.path(key);
    if (!has(key)) {
      return otherwise;
    }
    if (!value.canConvertToInt()
        || !value.isIntegralNumber()
        || value.intValue() < 1
        || value.intValue() > MAX_SIZE) {
      throw refused(key, String.format(Locale.ROOT, "an integer from 1 to %d is needed", MAX_SIZE));
    }
    return value.intValue();
  }

  double number(String key, double otherwise) {
    return optionalNumber(key).orElse(otherwise);
  }

  OptionalDouble optionalNumber(String key) {
    JsonNode value = json.path(key);
    if (!has(key)) {
      return OptionalDouble.empty();
    }
    if (!value.isNumber() || !(value.doubleValue() > 0) || Double.isInfinite(value.doubleValue())) {
      throw refused(key, "a positive number is needed");
    }
    return OptionalDouble.of(value.doubleValue());
  }

  /** Takes a key that is missing, null or false, and nothing else. */
  void refuse(String key) {
    if (has(key) && !(json.path(key).isBoolean() && !json.path(key).asBoolean())) {
      throw refused(key, "no released Gemma 3 sets it, and it is not supported");
    }
  }

  /** Takes one text, or none. */
  void only(String key, String allowed) {
    if (has(key) && !json.path(key).asText().equals(allowed)) {
      throw new IllegalArgumentException(
          "%s%s is '%s'; only '%s' is supported"
              .formatted(path, key, JsonFile.quote(json.path(key).asText()), allowed));
    }
  }

  /** Takes one number, or none. */
  void only(String key, double allowed) {
    if (has(key) && !(json.path(key).isNumber() && json.path(key).doubleValue() == allowed)) {
      throw refused(key, "only %s is supported".formatted(allowed));
    }
  }

  IllegalArgumentException refused(String key, String reason) {
    return new IllegalArgumentException(
        "%s%s is %s; %s".formatted(path, key, JsonFile.quote(json.path(key)), reason));
  }
}
