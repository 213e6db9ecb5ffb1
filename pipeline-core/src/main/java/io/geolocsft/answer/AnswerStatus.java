package io.geolocsft.answer;

import java.util.Locale;

/** How the coordinates of an answer were found, or why none were. */
public enum AnswerStatus {
  /** {@code <answer>lat: 12.34, lon: -56.78</answer>}. */
  STRICT(true),
  /** The paper's JSON form with {@code answer.coordinates.latitude} and {@code longitude}. */
  JSON(true),
  /**
   * Lenient: both numbers carry a label, in either order, e.g. {@code "lon": 2.35, "lat": 48.9}, or
   * stand in a notation that fixes their order, e.g. {@code POINT(2.35 48.9)}.
   */
  LABELLED(true),
  /**
   * Lenient: both numbers carry a hemisphere, e.g. {@code 48°51'24"N 2.35°E}, {@code N 48.9 E 2}.
   */
  HEMISPHERES(true),
  /** Lenient: a bare pair, taken as latitude, longitude and never the other way round. */
  PAIR(true),
  /** Coordinates were found but are not a point on Earth. */
  OUT_OF_RANGE(false),
  /** The text ends within its answer, or may do so: digits or a hemisphere may be missing. */
  TRUNCATED(false),
  /** The text is longer than an answer can be and was not read. */
  TOO_LONG(false),
  /** No coordinates were found, and the text says that it gives none. */
  REFUSED(false),
  /** No coordinates were found, or it is not clear which. */
  NO_COORDINATES(false);

  private final boolean readable;

  AnswerStatus(boolean readable) {
    this.readable = readable;
  }

  /** Whether an answer of this status has a point. */
  public boolean isReadable() {
    return readable;
  }

  /** The table's name, e.g. {@code out_of_range}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
