package io.geolocsft.evaluate;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * Whether an answer lies in the areas in which the truth lies. An image whose truth lies in none is
 * unknown and leaves the denominator, as in OSV-5M; a missing answer lies in none.
 */
public record AreaMatch(Match country, Match admin1, Match place) {

  /** Of which nothing is known. */
  public static final AreaMatch UNKNOWN =
      new AreaMatch(Match.UNKNOWN, Match.UNKNOWN, Match.UNKNOWN);

  /** How many there can be. */
  static final int COUNT = 27;

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
    COUNTRY {
      @Override
      Match of(AreaMatch match) {
        return match.country;
      }
    },
    /** A state or province. */
    ADMIN1 {
      @Override
      Match of(AreaMatch match) {
        return match.admin1;
      }
    },
    /** All that is nearest to one populated place. */
    PLACE {
      @Override
      Match of(AreaMatch match) {
        return match.place;
      }
    };

    abstract Match of(AreaMatch match);

    /** As the metrics table calls the share of right answers. */
    String metric() {
      return name().toLowerCase(Locale.ROOT) + "_accuracy";
    }
  }

  public AreaMatch {
    requireNonNull(country, "country");
    requireNonNull(admin1, "admin1");
    requireNonNull(place, "place");
  }

  /** A number in [0, COUNT) of its own. */
  int code() {
    return country.ordinal() + 3 * admin1.ordinal() + 9 * place.ordinal();
  }

  static AreaMatch ofCode(int code) {
    return new AreaMatch(Match.ALL[code % 3], Match.ALL[code / 3 % 3], Match.ALL[code / 9]);
  }
}
