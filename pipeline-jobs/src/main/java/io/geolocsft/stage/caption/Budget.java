package io.geolocsft.stage.caption;

import io.geolocsft.failure.ConfigException;

/** What may be paid for, and what was. Threads share it. */
final class Budget {

  private final long requests;
  private final long tokens;
  private long paidRequests;
  private long paidTokens;

  /**
   * @param requests answers; 0 for any number
   * @param tokens read and written; 0 for any number
   */
  Budget(long requests, long tokens) {
    this.requests = requests;
    this.tokens = tokens;
  }

  /** Takes one more answer out of the budget, if there is one. */
  synchronized boolean take() {
    boolean isLeft =
        (requests == 0 || paidRequests < requests) && (tokens == 0 || paidTokens < tokens);
    paidRequests += isLeft ? 1 : 0;
    return isLeft;
  }

  /** Gives back what was taken for an answer that did not come. */
  synchronized void giveBack() {
    paidRequests--;
  }

  /**
   * Counts an answer's tokens.
   *
   * @throws ConfigException if there are none, so that a limit on them cannot be kept
   */
  synchronized void count(long tokensOfAnswer) {
    if (tokens > 0 && tokensOfAnswer == 0) {
      throw new ConfigException(
          "caption.budget_tokens cannot be kept: the server does not say how many tokens its answers take. Set budget_requests in its place");
    }
    paidTokens += tokensOfAnswer;
  }

  /** Counts an answer that was there. */
  synchronized void found(long tokensOfAnswer) {
    paidRequests++;
    paidTokens += tokensOfAnswer;
  }
}
