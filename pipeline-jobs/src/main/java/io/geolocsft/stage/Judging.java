package io.geolocsft.stage;

import io.geolocsft.config.EvaluateSettings;
import io.geolocsft.evaluate.Bootstrap;
import io.geolocsft.evaluate.Comparison;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Evaluation;
import io.geolocsft.evaluate.GeoScore;
import io.geolocsft.evaluate.MissingPrediction;
import io.geolocsft.geo.DistanceModel;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The settings of {@code evaluate} as what they stand for. */
final class Judging {

  private Judging() {}

  /** The convention that the settings spell out, which the report shows. */
  static Convention convention(EvaluateSettings settings) {
    return Convention.of(
        settings.thresholdsKm(),
        Comparison.valueOf(upper(settings.comparison())),
        DistanceModel.valueOf(upper(settings.distance())),
        GeoScore.of(GeoScore.Form.valueOf(upper(settings.geoscore()))),
        MissingPrediction.parse(settings.missing()));
  }

  /** That convention first, then the peers' that were asked for as well. */
  static List<Evaluation> evaluations(EvaluateSettings settings, long seed) {
    Bootstrap bootstrap = new Bootstrap(settings.bootstrapSamples(), settings.confidence(), seed);
    return Stream.concat(
            Stream.of(convention(settings)), settings.conventions().stream().map(Convention::named))
        .distinct()
        .map(
            convention ->
                new Evaluation(
                    convention,
                    bootstrap,
                    settings.resample().equals("author"),
                    settings.minSlice()))
        .toList();
  }

  private static String upper(String setting) {
    return setting.toUpperCase(Locale.ROOT);
  }
}
