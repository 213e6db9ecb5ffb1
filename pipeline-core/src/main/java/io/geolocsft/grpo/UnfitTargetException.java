package io.geolocsft.grpo;

import java.io.Serial;

/** A target is no answer that could be drawn, so that it cannot be learned as one. */
public final class UnfitTargetException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final boolean isTooLong;

  /**
   * @param isTooLong whether it is longer than an answer may be, rather than of another form
   */
  public UnfitTargetException(String message, boolean isTooLong) {
    super(message);
    this.isTooLong = isTooLong;
  }

  public boolean isTooLong() {
    return isTooLong;
  }
}
