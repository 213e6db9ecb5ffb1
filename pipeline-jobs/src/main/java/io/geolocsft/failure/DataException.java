package io.geolocsft.failure;

/** The input data does not hold what it must; ends with exit code 3. */
public final class DataException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message the file, row or column, what is wrong with it, and the remedy
   */
  public DataException(String message) {
    super(message);
  }

  /**
   * @param message the file, row or column, what is wrong with it, and the remedy
   * @param cause what was seen first
   */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What Spark says first; the rest of its messages is the query's plan. */
  public static String firstLine(Exception thrown) {
    return String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
  }
}
