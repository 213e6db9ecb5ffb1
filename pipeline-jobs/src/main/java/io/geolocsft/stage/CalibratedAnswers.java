package io.geolocsft.stage;

import java.util.Comparator;

/**
 * Whose answers, and how candidates become one.
 *
 * @param aggregation name of an {@link io.geolocsft.aggregate.Aggregation}
 */
public record CalibratedAnswers(String model, String aggregation)
    implements Comparable<CalibratedAnswers> {

  private static final Comparator<CalibratedAnswers> ORDER =
      Comparator.comparing(CalibratedAnswers::model).thenComparing(CalibratedAnswers::aggregation);

  @Override
  public int compareTo(CalibratedAnswers other) {
    return ORDER.compare(this, other);
  }
}
