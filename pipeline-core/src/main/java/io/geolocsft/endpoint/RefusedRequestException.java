package io.geolocsft.endpoint;

import java.io.Serial;

/**
 * The server does not answer this request, and would not at another try; it answers others. The
 * message says what the server said.
 */
public final class RefusedRequestException extends EndpointException {

  @Serial private static final long serialVersionUID = 1L;

  RefusedRequestException(String message) {
    super(message);
  }
}
