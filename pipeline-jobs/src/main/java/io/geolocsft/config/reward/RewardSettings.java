package io.geolocsft.config.reward;

import io.geolocsft.config.binding.AllowDuplicates;
import io.geolocsft.config.binding.AtLeastOne;
import io.geolocsft.config.binding.Consistent;
import io.geolocsft.config.binding.Contradictions;
import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.OneOf;
import io.geolocsft.config.binding.Range;
import io.geolocsft.reward.DistanceReward;
import io.geolocsft.reward.DistanceReward.Corner;
import io.geolocsft.reward.OtherRewards;
import io.geolocsft.reward.Reward;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One thing that answers are rewarded for.
 *
 * @param kind {@code geoscore}: exp(-distance / {@code scale_km}); {@code piecewise}: straight
 *     lines through {@code values} at {@code km}, by default those of Geo-R (arXiv 2601.00388);
 *     {@code thresholds}: the share of {@code thresholds_km} that the distance is below; {@code
 *     country} and {@code admin1}: 1 for the right one, by the map of {@code bin.countries} or
 *     {@code bin.admin1}; {@code form}: 1 for a text with a point; {@code length}: 0 up to {@code
 *     free_characters}, falling to -1 at {@code most_characters}
 * @param weight what it is multiplied by before all are added up
 * @param scaleKm of {@code geoscore}; 1492.7 km is GeoGuessr's
 * @param km distances of {@code piecewise}
 * @param values of {@code piecewise}, one for each distance
 * @param thresholdsKm of {@code thresholds}
 * @param freeCharacters of {@code length}
 * @param mostCharacters of {@code length}
 */
public record RewardSettings(
    @OneOf({GEOSCORE, PIECEWISE, THRESHOLDS, COUNTRY, ADMIN1, FORM, LENGTH}) String kind,
    @Default("1.0") @Range(min = -1000, max = 1000) double weight,
    @Default("1492.7") @Range(above = 0, max = 100_000) double scaleKm,
    @Default("[0, 750, 3000, 20000]") @Range(min = 0, max = 30_000) @AtLeastOne List<Double> km,
    @Default("[1, 0.5, 0.2, 0]") @Range(min = -1000, max = 1000) @AtLeastOne @AllowDuplicates
        List<Double> values,
    @Default("[1, 25, 200, 750, 2500]") @Range(above = 0, max = 30_000) @AtLeastOne
        List<Double> thresholdsKm,
    @Default("2000") @Range(min = 0, max = 65_535) int freeCharacters,
    @Default("4000") @Range(min = 1, max = 65_536) int mostCharacters)
    implements Serializable, Consistent {

  private static final String GEOSCORE = "geoscore";
  private static final String PIECEWISE = "piecewise";
  private static final String THRESHOLDS = "thresholds";
  private static final String COUNTRY = "country";
  private static final String ADMIN1 = "admin1";
  private static final String FORM = "form";
  private static final String LENGTH = "length";

  /** All of them, added up. */
  public static Reward sum(List<RewardSettings> all, RewardMap map) {
    Reward sum = (truth, text, answer) -> 0;
    for (RewardSettings one : all) {
      sum = sum.plus(one.weight, one.reward(map));
    }
    return sum;
  }

  /** Path of the setting of the map that it looks at, if it does. */
  public Optional<String> map() {
    return switch (kind) {
      case COUNTRY -> Optional.of("bin.countries");
      case ADMIN1 -> Optional.of("bin.admin1");
      default -> Optional.empty();
    };
  }

  private Reward reward(RewardMap map) {
    return switch (kind) {
      case GEOSCORE -> DistanceReward.geoScore(scaleKm);
      case PIECEWISE -> DistanceReward.piecewise(corners());
      case THRESHOLDS -> DistanceReward.thresholds(thresholdsKm);
      case COUNTRY -> OtherRewards.area(map.gazetteer().countries());
      case ADMIN1 -> OtherRewards.area(map.gazetteer().provinces());
      case FORM -> OtherRewards.form();
      case LENGTH -> OtherRewards.length(freeCharacters, mostCharacters);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private List<Corner> corners() {
    return IntStream.range(0, km.size())
        .mapToObj(i -> new Corner(km.get(i), values.get(i)))
        .toList();
  }

  @Override
  public void check(Contradictions found) {
    if (kind.equals(PIECEWISE) && km.size() != values.size()) {
      found.add("values", "must have one for each of km");
    } else if (kind.equals(PIECEWISE)) {
      found.attempt("km", () -> DistanceReward.piecewise(corners()));
    }
    if (kind.equals(LENGTH)) {
      found.attempt("free_characters", () -> OtherRewards.length(freeCharacters, mostCharacters));
    }
  }
}
