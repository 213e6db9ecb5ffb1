package io.geolocsft.failure;

/** A disk, network or cluster failed; trying again may help; ends with exit code 4. */
public final class EnvironmentException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message the place and the remedy
   */
  public EnvironmentException(String message) {
    super(message);
  }

  /**
   * @param message the place and the remedy
   * @param cause what was seen first
   */
  public EnvironmentException(String message, Throwable cause) {
    super(message, cause);
  }
}
