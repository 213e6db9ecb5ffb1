package io.geolocsft.prompt;

/** Writes the text that a model learns to answer for an image. */
public interface TargetTemplate {

  /** Digits behind the decimal point unless told otherwise: 0.01 degrees are about 1.1 km. */
  int DEFAULT_DECIMALS = 2;

  /** The target text of one place. */
  String target(PlaceFacts facts);

  /** All texts of this form. */
  AnswerGrammar grammar();

  /**
   * The schema (JSON Schema, draft 2020-12) of answers in JSON that say what texts of this form
   * say, for a server that holds a model to one.
   */
  default String schema() {
    return CoordinateSchema.PLAIN;
  }

  /**
   * The template of a name as the configuration writes it, with {@link #DEFAULT_DECIMALS}.
   *
   * @throws IllegalArgumentException naming the allowed values
   */
  static TargetTemplate of(String name) {
    return of(name, DEFAULT_DECIMALS, 0);
  }

  /**
   * The template of a name as the configuration writes it.
   *
   * @param name {@code answer} for {@code <answer>lat: 12.34, lon: -56.78</answer>}, {@code json}
   *     for the paper's JSON form
   * @param decimals digits behind the decimal point, 0 to 8
   * @param step degrees to a multiple of which coordinates are rounded, 0 to 90; 0 for none
   * @throws IllegalArgumentException naming the allowed values
   */
  static TargetTemplate of(String name, int decimals, int step) {
    Degrees degrees = new Degrees(decimals, step);
    return switch (name) {
      case "answer" -> new AnswerTarget(degrees);
      case "json" -> new JsonTarget(degrees);
      default ->
          throw new IllegalArgumentException(
              "Unknown target '%s' (allowed: answer, json)".formatted(name));
    };
  }
}
