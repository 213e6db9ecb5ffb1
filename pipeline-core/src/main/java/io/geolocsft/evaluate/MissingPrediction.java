package io.geolocsft.evaluate;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.Locale;

/**
 * What an image without an answer counts as.
 *
 * @param rule how it counts
 * @param distanceKm the distance it is given, only for {@link Treatment#FIXED_DISTANCE}
 */
public record MissingPrediction(Treatment rule, double distanceKm) implements Serializable {

  /** How an image without an answer counts. */
  public enum Treatment {
    /** As the worst answer there is: the antipode of the truth, within no threshold, score 0. */
    MISS,
    /** Not at all, as PLONK and geospot do it. Flatters a model that answers only easy images. */
    DROP,
    /** As an answer at a stated distance; NAVIG takes 10,000 km. */
    FIXED_DISTANCE,
    /** As the answer latitude 0, longitude 0, as G3 does it. */
    NULL_ISLAND
  }

  public MissingPrediction {
    requireNonNull(rule, "rule");
    checkArgument(
        rule == Treatment.FIXED_DISTANCE ? distanceKm > 0 : distanceKm == 0,
        "%s with distance %s km",
        rule,
        distanceKm);
  }

  public static MissingPrediction miss() {
    return new MissingPrediction(Treatment.MISS, 0);
  }

  public static MissingPrediction drop() {
    return new MissingPrediction(Treatment.DROP, 0);
  }

  public static MissingPrediction fixedDistance(double km) {
    return new MissingPrediction(Treatment.FIXED_DISTANCE, km);
  }

  public static MissingPrediction nullIsland() {
    return new MissingPrediction(Treatment.NULL_ISLAND, 0);
  }

  /**
   * Reads {@code miss}, {@code drop}, {@code null_island}, or a distance such as {@code 10000 km}.
   *
   * @throws IllegalArgumentException if the text is none of these
   */
  public static MissingPrediction parse(String text) {
    String word = text.strip().toLowerCase(Locale.ROOT);
    return switch (word) {
      case "miss" -> miss();
      case "drop" -> drop();
      case "null_island" -> nullIsland();
      default -> parseDistance(text, word);
    };
  }

  private static MissingPrediction parseDistance(String text, String word) {
    if (!word.matches("[0-9]{1,5}(\\.[0-9]{1,6})? ?km")) {
      throw new IllegalArgumentException(
          "'%s' is not a rule for missing predictions; allowed: miss, drop, null_island, or a distance such as '10000 km'"
              .formatted(text));
    }
    return fixedDistance(Double.parseDouble(word.substring(0, word.length() - 2).strip()));
  }

  /** The text that {@link #parse} reads. */
  @Override
  public String toString() {
    return rule == Treatment.FIXED_DISTANCE
        ? distanceKm + " km"
        : rule.name().toLowerCase(Locale.ROOT);
  }
}
