package io.geolocsft.select;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Shares seats among strata and, within each, among its cells, both by the same strategy: what a
 * stratum or cell cannot fill goes to the others.
 */
final class Quotas {

  private final SamplingStrategy strategy;
  private final double alpha;

  Quotas(SamplingStrategy strategy, double alpha) {
    this.strategy = strategy;
    this.alpha = alpha;
  }

  /**
   * The seats of each unit.
   *
   * @param counts how many images each unit has, at least one
   * @param capacities how many each can give
   * @throws IllegalArgumentException if all can give fewer than {@code seats}
   */
  SortedMap<SamplingUnit, Long> of(
      long seats, SortedMap<SamplingUnit, Long> counts, Map<SamplingUnit, Long> capacities) {
    SortedMap<String, List<SamplingUnit>> strata = new TreeMap<>();
    counts
        .keySet()
        .forEach(
            unit -> strata.computeIfAbsent(unit.stratum(), unused -> new ArrayList<>()).add(unit));
    List<List<SamplingUnit>> groups = List.copyOf(strata.values());
    long[] ofStrata =
        shared(
            seats,
            groups.stream().mapToLong(units -> sum(units, counts)).toArray(),
            groups.stream().mapToLong(units -> sum(units, capacities)).toArray());
    SortedMap<SamplingUnit, Long> quotas = new TreeMap<>();
    for (int i = 0; i < ofStrata.length; i++) {
      List<SamplingUnit> units = groups.get(i);
      long[] ofCells =
          shared(
              ofStrata[i],
              units.stream().mapToLong(counts::get).toArray(),
              units.stream().mapToLong(capacities::get).toArray());
      for (int j = 0; j < ofCells.length; j++) {
        quotas.put(units.get(j), ofCells[j]);
      }
    }
    return quotas;
  }

  private long[] shared(long seats, long[] counts, long[] capacities) {
    double[] weights = new double[counts.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = strategy.cellWeight(counts[i], alpha);
    }
    return Apportionment.of(seats, weights, capacities);
  }

  private static long sum(List<SamplingUnit> units, Map<SamplingUnit, Long> numbers) {
    return units.stream().mapToLong(numbers::get).sum();
  }
}
