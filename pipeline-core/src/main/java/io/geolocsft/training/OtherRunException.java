package io.geolocsft.training;

import java.io.Serial;

/** A folder's checkpoints were made by other settings than those that would go on from them. */
public final class OtherRunException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  OtherRunException(String message) {
    super(message);
  }
}
