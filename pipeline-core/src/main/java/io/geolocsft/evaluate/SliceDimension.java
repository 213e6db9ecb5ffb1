package io.geolocsft.evaluate;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a benchmark is cut by. */
public enum SliceDimension {
  REGION {
    @Override
    Optional<String> value(BenchmarkImage image) {
      return image.region();
    }
  },
  COUNTRY {
    @Override
    Optional<String> value(BenchmarkImage image) {
      return image.country();
    }
  },
  /** Inhabitants per square km in powers of ten. */
  POPULATION_DENSITY {
    @Override
    Optional<String> value(BenchmarkImage image) {
      return image.populationDensity().isEmpty()
          ? Optional.empty()
          : Optional.of(densityBand(image.populationDensity().getAsDouble()));
    }
  },
  /** Bands of 30 degrees; a point on a border belongs to the band on its north. */
  LATITUDE {
    @Override
    Optional<String> value(BenchmarkImage image) {
      return Optional.of(latitudeBand(image.truth().latitude()));
    }
  };

  private static final List<String> BANDS =
      List.of(
          "below 1",
          "1 to 10",
          "10 to 100",
          "100 to 1000",
          "above 1000",
          "60N to 90N",
          "30N to 60N",
          "0 to 30N",
          "30S to 0",
          "60S to 30S",
          "90S to 60S");

  abstract Optional<String> value(BenchmarkImage image);

  /** Bands from few to many people and from north to south, names alphabetically. */
  Comparator<String> order() {
    return Comparator.<String>comparingInt(BANDS::indexOf).thenComparing(Comparator.naturalOrder());
  }

  /** The slice that an image belongs to, if what decides it is known. */
  public Optional<Slice> of(BenchmarkImage image) {
    return value(image).map(value -> new Slice(label(), value));
  }

  /** As the metrics table calls it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static String densityBand(double perSquareKm) {
    if (perSquareKm < 1) {
      return "below 1";
    }
    if (perSquareKm < 10) {
      return "1 to 10";
    }
    if (perSquareKm < 100) {
      return "10 to 100";
    }
    return perSquareKm < 1000 ? "100 to 1000" : "above 1000";
  }

  private static String latitudeBand(double latitude) {
    int south = Math.min(60, (int) Math.floor(latitude / 30) * 30);
    return edge(south) + " to " + edge(south + 30);
  }

  private static String edge(int latitude) {
    return latitude == 0 ? "0" : Math.abs(latitude) + (latitude > 0 ? "N" : "S");
  }
}
