package io.geolocsft.stage.ingest.listing;

import io.geolocsft.failure.Excerpt;
import java.io.Serial;

/** Why one row cannot be taken: becomes a row of the stage's errors. */
public final class RowProblem extends Exception {

  @Serial private static final long serialVersionUID = 1L;

  private static final int MOST_CHARACTERS = 600;

  private final String kind;

  /**
   * @param kind a word to count by, {@code missing_file}
   * @param message what is wrong and, where one helps, the remedy; a long one is cut, and what is
   *     no text in it is not shown
   */
  public RowProblem(String kind, String message) {
    super(Excerpt.of(message, MOST_CHARACTERS), null, false, false);
    this.kind = kind;
  }

  public String kind() {
    return kind;
  }
}
