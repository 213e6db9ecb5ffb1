package io.geolocsft.answer.token;

/** What a word means around coordinates; a word may mean several. The words are in a file. */
public enum Term {
  LATITUDE,
  LONGITUDE,
  NORTH,
  SOUTH,
  EAST,
  WEST,
  /** East, but only behind its number: the French and Italian word also means "is". */
  EAST_BEHIND,
  DEGREES,
  MINUTES,
  SECONDS,
  MINUS,
  PLUS,
  AND,
  /** Between the ends of a range. */
  RANGE,
  /** An end of a range, or a corner of a box. */
  BOUND,
  /** A key of JSON that holds a hemisphere. */
  DIRECTION,
  /** Coordinates are near. */
  PLACE,
  /** The answer follows. */
  FINAL,
  /** What went before was wrong. */
  CORRECTION,
  /** Another possibility follows. */
  ALTERNATIVE,
  /** It is not what follows. */
  REJECTION,
  /** A key of JSON under which is no answer. */
  THINKING,
  /** One of several answers, with its number behind it. */
  RANKED,
  /** Numbers measure something other than a place. */
  QUANTITY,
  UNIT,
  /** Words of languages in which the letter O is east. */
  GERMAN,
  /** Words of languages in which the letter O is west. */
  ROMANCE,
  TURKISH
}
