package io.geolocsft.evaluate;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;

/**
 * Whether truth and answer lie in one area. An image whose truth lies in none is unknown and leaves
 * the denominator, as in OSV-5M; a missing answer lies in none. The circles around an answer are
 * unknown where it is missing.
 *
 * @param admin1 a state or province
 * @param place all that is nearest to one populated place
 * @param radius50 the circle that is to hold the truth in 50 % of cases
 * @param radius90 in 90 % of cases
 */
public record AreaMatch(Match country, Match admin1, Match place, Match radius50, Match radius90) {

  /** Of which nothing is known. */
  public static final AreaMatch UNKNOWN =
      new AreaMatch(Match.UNKNOWN, Match.UNKNOWN, Match.UNKNOWN);

  /** How many there can be. */
  static final int COUNT = 243;

  /** Whether both lie in the same area. */
  public enum Match {
    RIGHT,
    WRONG,
    UNKNOWN;

    private static final Match[] ALL = values();

    /**
     * @param right null where it is unknown
     */
    public static Match of(Boolean right) {
      return right == null ? UNKNOWN : right ? RIGHT : WRONG;
    }
  }

  /** What an area is. */
  public enum Area {
    COUNTRY("country_accuracy", AreaMatch::country),
    ADMIN1("admin1_accuracy", AreaMatch::admin1),
    PLACE("place_accuracy", AreaMatch::place),
    RADIUS_50("radius_50_coverage", AreaMatch::radius50),
    RADIUS_90("radius_90_coverage", AreaMatch::radius90);

    private final String metric;
    private final Function<AreaMatch, Match> match;

    Area(String metric, Function<AreaMatch, Match> match) {
      this.metric = metric;
      this.match = match;
    }

    Match of(AreaMatch all) {
      return match.apply(all);
    }

    /** As the metrics table calls the share of right answers. */
    String metric() {
      return metric;
    }
  }

  public AreaMatch {
    requireNonNull(country, "country");
    requireNonNull(admin1, "admin1");
    requireNonNull(place, "place");
    requireNonNull(radius50, "radius50");
    requireNonNull(radius90, "radius90");
  }

  /** Of an answer without circles. */
  public AreaMatch(Match country, Match admin1, Match place) {
    this(country, admin1, place, Match.UNKNOWN, Match.UNKNOWN);
  }

  /** A number in [0, COUNT) of its own. */
  int code() {
    return country.ordinal()
        + 3 * admin1.ordinal()
        + 9 * place.ordinal()
        + 27 * radius50.ordinal()
        + 81 * radius90.ordinal();
  }

  static AreaMatch ofCode(int code) {
    return new AreaMatch(
        Match.ALL[code % 3],
        Match.ALL[code / 3 % 3],
        Match.ALL[code / 9 % 3],
        Match.ALL[code / 27 % 3],
        Match.ALL[code / 81]);
  }
}
