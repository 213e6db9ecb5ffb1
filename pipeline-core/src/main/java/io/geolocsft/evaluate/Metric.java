package io.geolocsft.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** A figure of a set of outcomes in which each row counts as often as its weight says. */
public sealed interface Metric {

  /** As the metrics table calls it. */
  String name();

  /** The threshold, for the metrics that have one, in km. */
  default OptionalDouble thresholdKm() {
    return OptionalDouble.empty();
  }

  /** How the answers were read that it is about, for the metrics that are about one. */
  default Optional<String> status() {
    return Optional.empty();
  }

  /** The value; NaN if no row with a weight counts. */
  double value(WeightedOutcomes outcomes);

  /** All figures of a convention, whatever the answers, in the order of a report. */
  static List<Metric> all(Convention convention) {
    Stream<Metric> accuracies =
        convention.thresholdsKm().stream().map(km -> new Accuracy(convention.comparison(), km));
    Stream<Metric> others =
        Stream.of(
            new MeanError(),
            new ErrorQuantile("median_error_km", 0.5),
            new ErrorQuantile("p25_error_km", 0.25),
            new ErrorQuantile("p75_error_km", 0.75),
            new ErrorQuantile("p90_error_km", 0.9),
            new MeanGeoScore(),
            new MissingShare(),
            new ParseFailureShare(),
            new RefusalShare());
    return Stream.concat(accuracies, others).toList();
  }

  /** The same, the areas that are known, and the share of each way in which answers were read. */
  static List<Metric> all(Convention convention, Outcomes outcomes) {
    Stream<Metric> areas =
        Stream.of(AreaMatch.Area.values())
            .filter(
                area ->
                    outcomes.areas().each().stream()
                        .anyMatch(match -> area.of(match) != AreaMatch.Match.UNKNOWN))
            .map(AreaAccuracy::new);
    Stream<Metric> shares =
        outcomes.readings().each().stream()
            .map(Outcomes.Reading::status)
            .distinct()
            .sorted()
            .map(StatusShare::new);
    return Stream.of(all(convention).stream(), areas, shares).flatMap(each -> each).toList();
  }

  /** Share of answers within a threshold, in [0, 1]. */
  record Accuracy(Comparison comparison, double km) implements Metric {
    @Override
    public String name() {
      return "accuracy";
    }

    @Override
    public OptionalDouble thresholdKm() {
      return OptionalDouble.of(km);
    }

    @Override
    public double value(WeightedOutcomes outcomes) {
      return outcomes.within(comparison, km);
    }
  }

  /** Mean distance between truth and answer, in km. */
  record MeanError() implements Metric {
    @Override
    public String name() {
      return "mean_error_km";
    }

    @Override
    public double value(WeightedOutcomes outcomes) {
      return outcomes.meanKm();
    }
  }

  /** Mean GeoScore, in [0, maximum]. */
  record MeanGeoScore() implements Metric {
    @Override
    public String name() {
      return "mean_geoscore";
    }

    @Override
    public double value(WeightedOutcomes outcomes) {
      return outcomes.meanScore();
    }
  }

  /**
   * A quantile of the distances, in km, linear between order statistics (type 7 of Hyndman and Fan
   * 1996, the default of NumPy and R).
   */
  record ErrorQuantile(String name, double quantile) implements Metric {
    public ErrorQuantile {
      checkArgument(quantile >= 0 && quantile <= 1, "quantile %s", quantile);
    }

    @Override
    public double value(WeightedOutcomes outcomes) {
      double last = outcomes.counted() - 1;
      if (last < 0) {
        return Double.NaN;
      }
      double position = last * quantile;
      double lower = Math.floor(position);
      double below = outcomes.distanceKm(lower);
      double above = outcomes.distanceKm(Math.min(lower + 1, last));
      return below + (position - lower) * (above - below);
    }
  }

  /** Share of all images without an answer, in [0, 1], whatever the convention does with them. */
  record MissingShare() implements Metric {
    @Override
    public String name() {
      return "missing_share";
    }

    @Override
    public double value(WeightedOutcomes outcomes) {
      return outcomes.share(Outcomes.Reading::missing);
    }
  }

  /** Share of all images whose answer could not be read, in [0, 1]; a refusal was read. */
  record ParseFailureShare() implements Metric {
    @Override
    public String name() {
      return "parse_failure_share";
    }

    @Override
    public double value(WeightedOutcomes outcomes) {
      return outcomes.share(
          reading ->
              reading.missing()
                  && !reading.status().equals(Prediction.NO_ANSWER)
                  && !reading.status().equals(Prediction.REFUSED));
    }
  }

  /** Share of all images for which the model said that it would not answer, in [0, 1]. */
  record RefusalShare() implements Metric {
    @Override
    public String name() {
      return "refusal_share";
    }

    @Override
    public double value(WeightedOutcomes outcomes) {
      return outcomes.share(reading -> reading.status().equals(Prediction.REFUSED));
    }
  }

  /** Share of all images whose answer, or the first of several, was read in one way, in [0, 1]. */
  record StatusShare(String reading) implements Metric {
    @Override
    public String name() {
      return "status_share";
    }

    @Override
    public Optional<String> status() {
      return Optional.of(reading);
    }

    @Override
    public double value(WeightedOutcomes outcomes) {
      return outcomes.share(each -> each.status().equals(reading));
    }
  }

  /**
   * Share of the answers in the truth's area, in [0, 1], of the images whose truth lies in one; a
   * missing answer lies in none.
   */
  record AreaAccuracy(AreaMatch.Area area) implements Metric {
    @Override
    public String name() {
      return area.metric();
    }

    @Override
    public double value(WeightedOutcomes outcomes) {
      return outcomes.areaShare(area);
    }
  }
}
