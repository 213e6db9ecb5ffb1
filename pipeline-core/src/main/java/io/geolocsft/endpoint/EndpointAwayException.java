package io.geolocsft.endpoint;

import java.io.Serial;

/** The server has answered nothing for longer than the patience; later it may. */
public final class EndpointAwayException extends EndpointException {

  @Serial private static final long serialVersionUID = 1L;

  EndpointAwayException(String message) {
    super(message);
  }
}
