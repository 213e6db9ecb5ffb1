package io.geolocsft.endpoint;

import java.io.IOException;
import java.io.Serial;

/** A request to an endpoint that has no answer; no message holds the key. */
public abstract sealed class EndpointException extends IOException
    permits RefusedRequestException, UnusableEndpointException, EndpointAwayException {

  @Serial private static final long serialVersionUID = 1L;

  EndpointException(String message) {
    super(message);
  }

  EndpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
