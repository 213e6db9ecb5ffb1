package io.geolocsft.training;

import java.io.Serial;

/** A device has too little memory for the smallest piece that a step can be cut into. */
public final class OutOfDeviceMemoryException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  /** That so much is too much even in its smallest part. */
  public OutOfDeviceMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
