package io.geolocsft.caption;

import java.util.Locale;

/** What becomes of an answer that was to be a caption. */
public enum Ruling {
  ACCEPTED,
  /** The answer ends where its most tokens were reached. */
  CUT_OFF,
  /** There is no JSON object, or more than one. */
  NOT_JSON,
  /** The object does not keep the schema. */
  OFF_SCHEMA,
  /** Its coordinates are too far from the truth. */
  WRONG_PLACE,
  /** It speaks of the coordinates that it was given. */
  LEAK,
  /** As a training text it is longer than rows may be. */
  TOO_LONG;

  /** As tables write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
