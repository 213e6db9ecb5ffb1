package io.geolocsft.ring;

import java.io.IOException;

/** The ring cannot be formed or is broken; the message names the rank. */
public final class RingException extends IOException {

  private static final long serialVersionUID = 1L;

  RingException(String message) {
    super(message);
  }

  RingException(String message, Throwable cause) {
    super(message + ": " + cause, cause);
  }
}
