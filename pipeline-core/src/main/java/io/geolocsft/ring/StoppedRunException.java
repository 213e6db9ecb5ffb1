package io.geolocsft.ring;

import java.io.IOException;
import java.util.Locale;

/** Another rank found that the run cannot go on. */
public final class StoppedRunException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int rank;
  private final String reason;

  StoppedRunException(int rank, String reason) {
    super(String.format(Locale.ROOT, "Rank %d stopped the run: %s", rank, reason));
    this.rank = rank;
    this.reason = reason;
  }

  /** The rank that stopped it. */
  public int rank() {
    return rank;
  }

  /** What it found. */
  public String reason() {
    return reason;
  }
}
