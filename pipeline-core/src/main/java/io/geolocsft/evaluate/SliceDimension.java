package io.geolocsft.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a benchmark is cut by: a column of its images, and which values of it belong together. */
public sealed interface SliceDimension extends Serializable {

  /** Inhabitants per square km in powers of ten. */
  SliceDimension POPULATION_DENSITY =
      new Bands(
          "population_density",
          "population_density",
          List.of(1.0, 10.0, 100.0, 1000.0),
          List.of("below 1", "1 to 10", "10 to 100", "100 to 1000", "above 1000"),
          false);

  /** Bands of 30 degrees. */
  SliceDimension LATITUDE =
      new Bands(
          "latitude",
          "truth_latitude",
          List.of(-60.0, -30.0, 0.0, 30.0, 60.0),
          List.of("90S to 60S", "60S to 30S", "30S to 0", "0 to 30N", "30N to 60N", "60N to 90N"),
          true);

  /** As the metrics table calls it. */
  String label();

  /** The column that decides. */
  String column();

  /** The slice that an image with a value in the column belongs to; none where it is unknown. */
  Optional<Slice> of(Object value);

  /** The order in which slices are told. */
  Comparator<String> order();

  /** The continent, the country, density and latitude. */
  static List<SliceDimension> usual() {
    return List.of(
        new Values("region", "region"),
        new Values("country", "country"),
        POPULATION_DENSITY,
        LATITUDE);
  }

  /** Each value on its own: numbers by their size, then words in alphabetical order. */
  record Values(String label, String column) implements SliceDimension {
    @Override
    public Optional<Slice> of(Object value) {
      return Optional.ofNullable(value).map(known -> new Slice(label, known.toString()));
    }

    @Override
    public Comparator<String> order() {
      return Comparator.comparingInt(Values::size).thenComparing(Comparator.naturalOrder());
    }

    private static int size(String value) {
      return value.matches("\\d{1,9}") ? Integer.parseInt(value) : Integer.MAX_VALUE;
    }
  }

  /**
   * Numbers between edges; one that is equal to an edge belongs above it.
   *
   * @param edges increasing
   * @param names of the bands from the lowest, one more than edges
   * @param highestFirst whether the highest band is told first
   */
  record Bands(
      String label, String column, List<Double> edges, List<String> names, boolean highestFirst)
      implements SliceDimension {

    public Bands {
      edges = List.copyOf(edges);
      names = List.copyOf(names);
      checkArgument(names.size() == edges.size() + 1, "edges %s, names %s", edges, names);
    }

    @Override
    public Optional<Slice> of(Object value) {
      return value instanceof Number number && !Double.isNaN(number.doubleValue())
          ? Optional.of(new Slice(label, names.get(band(number.doubleValue()))))
          : Optional.empty();
    }

    private int band(double value) {
      int band = 0;
      while (band < edges.size() && value >= edges.get(band)) {
        band++;
      }
      return band;
    }

    @Override
    public Comparator<String> order() {
      Comparator<String> lowestFirst = Comparator.comparingInt(names::indexOf);
      return highestFirst ? lowestFirst.reversed() : lowestFirst;
    }
  }
}
