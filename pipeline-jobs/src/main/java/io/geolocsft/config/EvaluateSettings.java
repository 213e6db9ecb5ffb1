package io.geolocsft.config;

import io.geolocsft.config.binding.AtLeastOne;
import io.geolocsft.config.binding.Consistent;
import io.geolocsft.config.binding.Contradictions;
import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.Matches;
import io.geolocsft.config.binding.OneOf;
import io.geolocsft.config.binding.Range;
import io.geolocsft.evaluate.Bootstrap;
import io.geolocsft.evaluate.Comparison;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.GeoScore;
import io.geolocsft.evaluate.MissingPrediction;
import io.geolocsft.geo.DistanceModel;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * How answers are measured; peers differ in each of these.
 *
 * @param thresholdsKm accuracy is the share of images within each
 * @param comparison whether a distance equal to the threshold is within
 * @param distance the Earth that distances are measured on
 * @param geoscore how {@code 5000 * exp(-km / 1492.7)} is rounded per image
 * @param missing what becomes of an image without an answer
 * @param bootstrapSamples resamplings behind an interval; 0 for none
 * @param confidence of the intervals
 * @param references rows to compare with that need no model
 * @param conventions peers' conventions to measure by as well, by name
 * @param resample what an interval's resampling draws: all images of an author at once, or images
 * @param minSlice slices of fewer images get no figures
 * @param slices what benchmarks are cut by; a column of numbers, or any with {@code _decile}, by
 *     the tenths of a benchmark's images that they part it into
 */
public record EvaluateSettings(
    @Default("[1, 25, 200, 750, 2500]") @Range(min = 0.001, max = 20_100) @AtLeastOne
        List<Double> thresholdsKm,
    @Default("less") @OneOf(names = Comparison.class) String comparison,
    @Default("sphere_6371_0088") @OneOf(names = DistanceModel.class) String distance,
    @Default("exact") @OneOf(names = GeoScore.Form.class) String geoscore,
    @Default("miss")
        @Matches(
            value = "miss|drop|null_island|[1-9]\\d{0,4} km",
            meaning = "miss, drop, null_island, or a distance such as 10000 km")
        String missing,
    @Default("1000") @Range(min = 0, max = 1_000_000) int bootstrapSamples,
    @Default("0.95") @Range(min = 0.5, max = 0.9999) double confidence,
    @Default("[mean_point, pixel_nearest_neighbour, feature_nearest_neighbour]")
        @OneOf({MEAN_POINT, PIXEL_NEAREST_NEIGHBOUR, FEATURE_NEAREST_NEIGHBOUR})
        List<String> references,
    @Default("[]")
        @OneOf({
          "geolocsft",
          "osv5m",
          "plonk",
          "im2gps",
          "geoclip",
          "g3",
          "navig",
          "pigeon",
          "geoguessr",
          "geospot"
        })
        List<String> conventions,
    @Default("author") @OneOf({"author", "image"}) String resample,
    @Default("20") @Range(min = 1) int minSlice,
    @Default("[region, country, population_density, latitude]")
        @Matches(
            value = "[a-z][a-z0-9_]{0,99}",
            meaning =
                "region, country, population_density, latitude, or a column of the table binned")
        List<String> slices)
    implements Serializable, Consistent {

  /** The reference that answers every image with the middle of the selection's points. */
  public static final String MEAN_POINT = "mean_point";

  /** The reference that answers with the place of the selected image nearest in colour. */
  public static final String PIXEL_NEAREST_NEIGHBOUR = "pixel_nearest_neighbour";

  /** The reference that answers with the place of the selected image nearest by its features. */
  public static final String FEATURE_NEAREST_NEIGHBOUR = "feature_nearest_neighbour";

  /** The convention that the settings spell out, which the report shows. */
  public Convention convention() {
    return Convention.of(
        thresholdsKm,
        Comparison.valueOf(upper(comparison)),
        DistanceModel.valueOf(upper(distance)),
        GeoScore.of(GeoScore.Form.valueOf(upper(geoscore))),
        MissingPrediction.parse(missing));
  }

  /** What intervals are drawn by. */
  public Bootstrap bootstrap(long seed) {
    return new Bootstrap(bootstrapSamples, confidence, seed);
  }

  @Override
  public void check(Contradictions found) {
    found.attempt(this::convention);
    found.attempt(() -> bootstrap(0));
    conventions.forEach(name -> found.attempt("conventions", () -> Convention.named(name)));
  }

  private static String upper(String setting) {
    return setting.toUpperCase(Locale.ROOT);
  }
}
