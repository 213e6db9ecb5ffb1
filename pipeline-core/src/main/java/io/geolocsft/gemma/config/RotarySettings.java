package io.geolocsft.gemma.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.geolocsft.json.JsonFile;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * How positions are rotated.
 *
 * <p>transformers 4 writes {@code rope_theta}, {@code rope_scaling} and {@code
 * rope_local_base_freq}, transformers 5 an object a layer type in {@code rope_parameters}; a file
 * may hold both. All are read as transformers 5 reads them (5.23, {@code
 * Gemma3TextConfig.convert_rope_params_to_dict}), but what it passes over in silence is refused,
 * and so is what contradicts itself.
 *
 * @param theta base of the global layers
 * @param linearFactor divides the frequencies of the global layers
 * @param localTheta base of the sliding layers
 */
record RotarySettings(double theta, double linearFactor, double localTheta) {

  private static final String GLOBAL = "full_attention";
  private static final String LOCAL = "sliding_attention";
  private static final String DEFAULT = "default";
  private static final String LINEAR = "linear";
  private static final Set<String> KEYS = Set.of("rope_type", "type", "factor", "rope_theta");

  /**
   * Reads the settings of a text decoder.
   *
   * @throws IllegalArgumentException naming the key that cannot be honoured
   */
  static RotarySettings of(ConfigSection text) {
    ConfigSection newer = text.section("rope_parameters");
    ConfigSection global = newer.section(GLOBAL);
    ConfigSection local = newer.section(LOCAL);
    ConfigSection older = text.section("rope_scaling");
    text.only("partial_rotary_factor", 1);
    List.of(global, local, older).forEach(RotarySettings::checkKeys);
    checkOlderType(older);
    List<ConfigSection> both = List.of(global, older);
    both.forEach(RotarySettings::checkFactor);
    checkTypes(global, older);
    checkUnscaled(local);
    OptionalDouble factor = agreed(both, "factor", OptionalDouble.empty(), "");
    OptionalDouble theta =
        agreed(both, "rope_theta", text.optionalNumber("rope_theta"), text.path() + "rope_theta");
    OptionalDouble localTheta =
        agreed(
            List.of(local),
            "rope_theta",
            text.optionalNumber("rope_local_base_freq"),
            text.path() + "rope_local_base_freq");
    RotarySettings settings =
        new RotarySettings(theta.orElse(1e6), factor.orElse(1), localTheta.orElse(1e4));
    settings.checkFlat(newer);
    return settings;
  }

  private static String type(ConfigSection rope) {
    return rope.text("rope_type").or(() -> rope.text("type")).orElse(DEFAULT);
  }

  private static void checkKeys(ConfigSection rope) {
    String type = type(rope);
    if (!type.equals(DEFAULT) && !type.equals(LINEAR)) {
      throw new IllegalArgumentException(
          "%srope_type is '%s'; Gemma 3 has default and linear"
              .formatted(rope.path(), JsonFile.quote(type)));
    }
    if (!rope.text("type").orElse(type).equals(type)) {
      throw rope.refused("type", "rope_type says '%s'".formatted(type));
    }
    rope.only("partial_rotary_factor", 1);
    for (var entry : rope.json().properties()) {
      boolean known =
          KEYS.contains(entry.getKey()) || entry.getKey().equals("partial_rotary_factor");
      if (!known && !entry.getValue().isNull()) {
        throw rope.refused(entry.getKey(), "rope_type '%s' does not take it".formatted(type));
      }
    }
  }

  /** transformers 4 takes {@code type} for {@code rope_type} here, and transformers 5 does not. */
  private static void checkOlderType(ConfigSection older) {
    if (!older.has("rope_type") && !type(older).equals(DEFAULT)) {
      throw older.refused(
          "type", "transformers 4 reads it and transformers 5 does not: call it rope_type");
    }
  }

  private static void checkFactor(ConfigSection rope) {
    boolean linear = type(rope).equals(LINEAR);
    if (linear && !rope.has("factor")) {
      throw new IllegalArgumentException(rope.path() + "factor is missing: type linear");
    }
    if (!linear && rope.number("factor", 1) != 1) {
      throw rope.refused("factor", "it needs rope_type linear, or must be left out");
    }
  }

  private static void checkTypes(ConfigSection global, ConfigSection older) {
    boolean bothSay = older.has("rope_type") && (global.has("rope_type") || global.has("type"));
    if (bothSay && !type(global).equals(type(older))) {
      throw older.refused("rope_type", "%s has '%s'".formatted(global.path(), type(global)));
    }
  }

  private static void checkUnscaled(ConfigSection local) {
    checkFactor(local);
    if (local.number("factor", 1) != 1) {
      throw local.refused("factor", "the sliding layers of a Gemma 3 are unscaled");
    }
  }

  /** The one value that several places give. */
  private static OptionalDouble agreed(
      List<ConfigSection> places, String key, OptionalDouble known, String where) {
    OptionalDouble agreed = known;
    String first = where;
    for (ConfigSection place : places) {
      OptionalDouble said = place.optionalNumber(key);
      if (said.isPresent() && agreed.isPresent() && said.getAsDouble() != agreed.getAsDouble()) {
        throw place.refused(
            key, "%s is %s: they contradict each other".formatted(first, agreed.getAsDouble()));
      }
      if (said.isPresent() && agreed.isEmpty()) {
        agreed = said;
        first = place.path() + key;
      }
    }
    return agreed;
  }

  /**
   * What stands in {@code rope_parameters} beside the layer types is not read by transformers, so
   * it may only repeat what holds anyhow.
   */
  private void checkFlat(ConfigSection newer) {
    for (var entry : newer.json().properties()) {
      String key = entry.getKey();
      boolean nested = key.equals(GLOBAL) || key.equals(LOCAL);
      if (!nested && !entry.getValue().isNull() && !repeats(key, entry.getValue())) {
        throw newer.refused(
            key,
            "transformers reads rope_parameters by layer type alone: put it into %s or %s"
                .formatted(GLOBAL, LOCAL));
      }
    }
  }

  private boolean repeats(String key, JsonNode value) {
    return switch (key) {
      case "rope_type", "type" -> value.asText().equals(linearFactor == 1 ? DEFAULT : LINEAR);
      case "factor" -> value.isNumber() && value.doubleValue() == linearFactor;
      case "rope_theta" -> value.isNumber() && value.doubleValue() == theta;
      case "partial_rotary_factor" -> value.isNumber() && value.doubleValue() == 1;
      default -> false;
    };
  }
}
