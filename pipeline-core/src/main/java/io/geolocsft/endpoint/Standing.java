package io.geolocsft.endpoint;

import java.util.Optional;

/** What all requests of a client know of its server. */
final class Standing {

  /** So many requests refused, and none answered, are not the requests' fault. */
  private static final int MOST_REFUSED = 10;

  private final Time time;
  private long answered;
  private long lastAnswer;
  private int refused;
  private String unusable;

  Standing(Time time) {
    this.time = time;
    this.lastAnswer = time.nanos();
  }

  synchronized void answered() {
    answered++;
    lastAnswer = time.nanos();
  }

  /** Requests answered so far. */
  synchronized long answers() {
    return answered;
  }

  /** Nanoseconds of {@link Time#nanos} when the last answer came; before it the start. */
  synchronized long lastAnswer() {
    return lastAnswer;
  }

  /** Notes that a request was refused; what is returned is then true of all. */
  synchronized Optional<UnusableEndpointException> refused(RefusedRequestException refusal) {
    if (answered > 0 || ++refused < MOST_REFUSED) {
      return Optional.empty();
    }
    return Optional.of(
        new UnusableEndpointException(
            "The server has refused all of the first "
                + MOST_REFUSED
                + " requests; the last with: "
                + refusal.getMessage()));
  }

  /** Notes that no request can be answered. */
  synchronized void isUnusable(UnusableEndpointException why) {
    unusable = why.getMessage();
  }

  /** Throws what was noted. */
  synchronized void check() throws UnusableEndpointException {
    if (unusable != null) {
      throw new UnusableEndpointException(unusable);
    }
  }
}
