package io.geolocsft.cluster;

/** Training cannot go on with these data; the message says why and what to do. */
public final class StoppedTrainingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StoppedTrainingException(String message) {
    super(message);
  }
}
