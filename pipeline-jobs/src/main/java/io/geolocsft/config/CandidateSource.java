package io.geolocsft.config;

import java.util.Optional;
import java.util.Set;

/**
 * Whose candidates an answer is made of.
 *
 * @param run name of another run; empty for this one
 * @param model a model of {@code infer}, or {@link #NEIGHBOURS}
 */
public record CandidateSource(Optional<String> run, String model) {

  /** The places of the selected images that are most like an image. */
  public static final String NEIGHBOURS = "neighbours";

  private static final Set<String> MODELS =
      Set.of(
          InferSettings.BASE,
          InferSettings.TUNED,
          InferSettings.REWARDED,
          InferSettings.ENDPOINT,
          NEIGHBOURS);

  /**
   * As it is written, {@code tuned} or {@code other.tuned}.
   *
   * @throws IllegalArgumentException if there is no such model
   */
  public static CandidateSource of(String text) {
    int dot = text.lastIndexOf('.');
    String model = text.substring(dot + 1);
    if (!MODELS.contains(model)) {
      throw new IllegalArgumentException(
          "there is no model '%s': take base, tuned, rewarded, endpoint or neighbours, or RUN.MODEL of a run in ablation.runs"
              .formatted(text));
    }
    return new CandidateSource(
        dot < 0 ? Optional.empty() : Optional.of(text.substring(0, dot)), model);
  }

  public boolean isNeighbours() {
    return model.equals(NEIGHBOURS);
  }

  @Override
  public String toString() {
    return run.map(name -> name + ".").orElse("") + model;
  }
}
