package io.geolocsft.endpoint;

import java.util.OptionalDouble;

/**
 * One answer.
 *
 * @param text what the model said, without its reasoning
 * @param reasoning what a server of a reasoning model returns beside the text, or empty
 * @param logProbability natural logarithm of the probability of the answer's tokens, as the server
 *     counts them; empty where it tells none
 * @param finishReason in the server's words, or empty
 */
public record EndpointAnswer(
    String text, String reasoning, OptionalDouble logProbability, String finishReason) {

  /** Whether the answer ends where its most tokens were reached. */
  public boolean isTruncated() {
    return finishReason.equals("length");
  }
}
