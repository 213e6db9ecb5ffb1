package io.geolocsft.generate;

import java.util.List;

/**
 * One generated answer.
 *
 * @param tokens without the stop token
 * @param logProbability natural logarithm of the model's probability of the tokens, stop token
 *     included, at temperature 1; where an answer is held to a form, that of its choices among what
 *     the form allows
 * @param complete whether a stop token or its form ended it, rather than the limit
 */
public record Continuation(List<Integer> tokens, double logProbability, boolean complete) {

  public Continuation {
    tokens = List.copyOf(tokens);
  }

  /** The tokens as a tokenizer takes them. */
  public int[] toArray() {
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }
}
