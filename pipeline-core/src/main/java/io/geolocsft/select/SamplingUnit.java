package io.geolocsft.select;

import java.io.Serializable;
import java.util.Comparator;

/**
 * Images that share a quota: those of a cell or, where there are strata, those of a cell in one.
 *
 * @param stratum for example a country; empty if there are none
 */
public record SamplingUnit(String stratum, long cellId)
    implements Comparable<SamplingUnit>, Serializable {

  private static final Comparator<SamplingUnit> ORDER =
      Comparator.comparing(SamplingUnit::stratum).thenComparingLong(SamplingUnit::cellId);

  @Override
  public int compareTo(SamplingUnit other) {
    return ORDER.compare(this, other);
  }
}
