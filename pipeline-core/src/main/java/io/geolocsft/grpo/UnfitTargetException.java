package io.geolocsft.grpo;

import java.io.Serial;

/** A target is no answer that could be drawn, so that it cannot be learned as one. */
public final class UnfitTargetException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  public UnfitTargetException(String message) {
    super(message);
  }
}
