package io.geolocsft.json;

import java.io.IOException;
import java.io.Serial;

/**
 * A file of a model is not what it must be, or is not there; another try would end in the same way,
 * unlike one after any other {@link IOException}. The message names the file.
 */
public final class UnusableFileException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  public UnusableFileException(String message) {
    super(message);
  }

  public UnusableFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
