package io.geolocsft.generate;

import java.util.BitSet;
import java.util.List;

/**
 * One generated answer.
 *
 * @param tokens without the stop token
 * @param choices what the model chose, in order; where an answer is held to a form, not what the
 *     form left it no choice about
 * @param complete whether a stop token or its form ended it, rather than the limit
 */
public record Continuation(List<Integer> tokens, List<Choice> choices, boolean complete) {

  public Continuation {
    tokens = List.copyOf(tokens);
    choices = List.copyOf(choices);
  }

  /**
   * A token that the model chose.
   *
   * @param at its place among the answer's tokens; behind them for a stop token
   * @param allowed the tokens that it was chosen among, not to be changed; null for all
   * @param logProbability natural logarithm of its probability among them, at temperature 1
   */
  public record Choice(int at, int token, BitSet allowed, float logProbability) {}

  /**
   * Natural logarithm of the model's probability of the answer, stop token included, at temperature
   * 1; where an answer is held to a form, that of its choices among what the form allows.
   */
  public double logProbability() {
    return choices.stream().mapToDouble(Choice::logProbability).reduce(0, Double::sum);
  }

  /** The tokens as a tokenizer takes them. */
  public int[] toArray() {
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }
}
