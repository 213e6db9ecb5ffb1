package io.geolocsft.endpoint;

import java.io.Serial;

/**
 * The server would answer no request with these settings: the key, the model or the address is
 * wrong. The message names the remedy.
 */
public final class UnusableEndpointException extends EndpointException {

  @Serial private static final long serialVersionUID = 1L;

  UnusableEndpointException(String message) {
    super(message);
  }

  UnusableEndpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
