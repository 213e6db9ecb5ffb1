package io.geolocsft.endpoint;

import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/** A try that failed, of which another one may succeed. */
final class FailedCall extends Exception {

  @Serial private static final long serialVersionUID = 1L;

  /** Whom it concerns. */
  enum Reach {
    /** Perhaps this request alone. */
    REQUEST,
    /** All requests: the server is away, or has too much to do. */
    SERVER
  }

  private final Reach reach;
  private final transient Optional<Duration> wish;

  FailedCall(Reach reach, String message) {
    this(reach, message, Optional.empty());
  }

  /**
   * @param wish how long the server asks to wait
   */
  FailedCall(Reach reach, String message, Optional<Duration> wish) {
    super(message);
    this.reach = reach;
    this.wish = wish;
  }

  Reach reach() {
    return reach;
  }

  Optional<Duration> wish() {
    return wish;
  }
}
