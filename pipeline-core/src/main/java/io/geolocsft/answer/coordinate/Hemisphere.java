package io.geolocsft.answer.coordinate;

/** The half of the Earth that a number says it lies in. */
public enum Hemisphere {
  NORTH(Axis.LATITUDE, 1),
  SOUTH(Axis.LATITUDE, -1),
  EAST(Axis.LONGITUDE, 1),
  WEST(Axis.LONGITUDE, -1),
  /** The letter O, which is east in German and Dutch, and west in the Romance languages. */
  EAST_OR_WEST(Axis.LONGITUDE, 0);

  /** What a coordinate measures. */
  public enum Axis {
    LATITUDE,
    LONGITUDE
  }

  private final Axis axis;
  private final int sign;

  Hemisphere(Axis axis, int sign) {
    this.axis = axis;
    this.sign = sign;
  }

  public Axis axis() {
    return axis;
  }

  /** 1 or -1; 0 if it is not known. */
  int sign() {
    return sign;
  }
}
