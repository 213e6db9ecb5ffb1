package io.geolocsft.reward;

import static com.google.common.base.Preconditions.checkArgument;

import io.geolocsft.geo.Country;
import io.geolocsft.geo.CountryIndex;
import io.geolocsft.geo.GeoPoint;
import java.util.Optional;

/** Rewards for more than the distance. */
public final class OtherRewards {

  private OtherRewards() {}

  /**
   * 1 where truth and answer lie in one area, as GLOBE rewards country and city (arXiv 2506.14674);
   * 0 without a point, and for every answer about a place that lies in no area.
   *
   * @param areas countries, or states and provinces
   */
  public static Reward area(CountryIndex areas) {
    return (truth, text, answer) -> {
      Optional<String> wanted = code(areas, truth);
      Optional<String> given = answer.point().flatMap(point -> code(areas, point));
      return wanted.isPresent() && wanted.equals(given) ? 1 : 0;
    };
  }

  private static Optional<String> code(CountryIndex areas, GeoPoint point) {
    return areas.locate(point.latitude(), point.longitude()).map(Country::code);
  }

  /** 1 for a text in which a point was read, in whatever form, and 0 for any other. */
  public static Reward form() {
    return (truth, text, answer) -> answer.status().isReadable() ? 1 : 0;
  }

  /**
   * DAPO's soft punishment of long answers (arXiv 2503.14476, equation 13), in characters: 0 up to
   * a length, falling linearly to -1 at a greater one.
   *
   * @param free characters that cost nothing
   * @param most characters from which on an answer is worth -1
   */
  public static Reward length(int free, int most) {
    checkArgument(free >= 0 && free < most, "0 <= free < most, not %s and %s", free, most);
    return (truth, text, answer) -> {
      double over = (double) (text.length() - free) / (most - free);
      return over <= 0 ? 0 : -Math.min(1, over);
    };
  }
}
