package io.geolocsft.endpoint;

import io.geolocsft.generate.Sampling;
import io.geolocsft.image.RgbImage;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of an endpoint.
 *
 * @param system instructions before the question, or empty
 * @param parts of the question, in their order
 * @param sampling how many answers, and how they are drawn
 * @param first place of the first of them among all that the question may ever get; that at 0 is
 *     greedy
 * @param seed of the sampled answers, where the server takes one
 * @param schema that an answer has to keep, where the server can see to it
 * @param logProbabilities whether the server is asked how likely its answers are
 */
public record EndpointRequest(
    String system,
    List<Part> parts,
    Sampling sampling,
    int first,
    long seed,
    Optional<Schema> schema,
    boolean logProbabilities) {

  /** A piece of the question. */
  public sealed interface Part permits Text, Photo {}

  /** Words. */
  public record Text(String text) implements Part {}

  /** An upright picture; {@link EndpointSettings#images} says how it is sent. */
  public record Photo(RgbImage image) implements Part {}

  /**
   * A schema of JSON.
   *
   * @param name for the server's messages: letters, digits, {@code _} and {@code -}
   * @param json the schema itself
   */
  public record Schema(String name, String json) {}

  public EndpointRequest {
    parts = List.copyOf(parts);
  }

  /** A question without instructions, schema or probabilities. */
  public static EndpointRequest of(List<Part> parts, Sampling sampling, long seed) {
    return new EndpointRequest("", parts, sampling, 0, seed, Optional.empty(), false);
  }

  /** The same for answers from one place on. */
  public EndpointRequest from(int place) {
    return new EndpointRequest(system, parts, sampling, place, seed, schema, logProbabilities);
  }

  public EndpointRequest withSystem(String instructions) {
    return new EndpointRequest(
        instructions, parts, sampling, first, seed, schema, logProbabilities);
  }

  public EndpointRequest withSchema(Schema wanted) {
    return new EndpointRequest(
        system, parts, sampling, first, seed, Optional.of(wanted), logProbabilities);
  }

  public EndpointRequest withLogProbabilities() {
    return new EndpointRequest(system, parts, sampling, first, seed, schema, true);
  }
}
