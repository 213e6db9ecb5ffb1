package io.geolocsft.stage;

import io.geolocsft.config.EvaluateSettings;
import io.geolocsft.evaluate.Bootstrap;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Evaluation;
import java.util.List;
import java.util.stream.Stream;

/** The settings of {@code evaluate} as what they stand for. */
final class Judging {

  private Judging() {}

  /** The convention that the settings spell out, which the report shows. */
  static Convention convention(EvaluateSettings settings) {
    return settings.convention();
  }

  /** That convention first, then the peers' that were asked for as well. */
  static List<Evaluation> evaluations(EvaluateSettings settings, long seed) {
    Bootstrap bootstrap = settings.bootstrap(seed);
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
}
