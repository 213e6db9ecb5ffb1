package io.geolocsft.endpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * The answers to one request.
 *
 * @param answers as many as were asked for, the greedy one first
 * @param promptTokens that the server counted in all its requests; 0 where it counts none
 * @param completionTokens that the server counted in all answers; 0 where it counts none
 */
public record EndpointReply(
    List<EndpointAnswer> answers, long promptTokens, long completionTokens) {

  static final EndpointReply NONE = new EndpointReply(List.of(), 0, 0);

  public EndpointReply {
    answers = List.copyOf(answers);
  }

  /** Whether no answer says anything, and none was cut off before it could. */
  boolean isEmpty() {
    return answers.stream().allMatch(answer -> answer.text().isBlank() && !answer.isTruncated());
  }

  /** This with the first answers of another, up to a number in all. */
  EndpointReply and(EndpointReply more, int most) {
    List<EndpointAnswer> all = new ArrayList<>(answers);
    all.addAll(more.answers);
    return new EndpointReply(
        all.subList(0, Math.min(most, all.size())),
        promptTokens + more.promptTokens,
        completionTokens + more.completionTokens);
  }
}
