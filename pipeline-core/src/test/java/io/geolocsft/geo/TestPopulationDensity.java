package io.geolocsft.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestPopulationDensity {

  private static final long SEED = 11;

  @Test
  void agreesWithASumOverAllPlaces() {
    Random random = new Random(SEED);
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      // Around a pole, across the antimeridian, twice at one point.
      double lat = i % 2 == 0 ? random.nextDouble(89, 90) : random.nextDouble(-1, 1);
      double lon = Math.IEEEremainder(180 + random.nextDouble(-2, 2), 360);
      places.add(new Place(new GeoPoint(lat, lon), random.nextInt(100_000)));
    }
    places.add(places.get(0));
    PopulationDensity density = PopulationDensity.of(places);
    for (int i = 0; i < 300; i++) {
      GeoPoint at = places.get(random.nextInt(places.size())).point();
      double lat = Math.min(90, at.latitude() + random.nextDouble(-0.5, 0.5));
      double lon = at.longitude();
      assertThat(density.perSquareKm(lat, lon))
          .as("seed %d, %s,%s", SEED, lat, lon)
          .isCloseTo(people(places, lat, lon) / (Math.PI * 2500), within(1e-9));
      double nearest =
          places.stream().mapToDouble(place -> km(place, lat, lon)).min().orElseThrow();
      assertThat(density.nearestPlaceKm(lat, lon)).isCloseTo(nearest, within(1e-6));
    }
  }

  @Test
  void knownAnswers() {
    PopulationDensity density = PopulationDensity.geonames();
    assertThat(density.perSquareKm(31.22, 121.46)).isBetween(2_500.0, 5_000.0);
    assertThat(density.perSquareKm(48.8566, 2.3522)).isBetween(800.0, 1_600.0);
    assertThat(density.perSquareKm(23, 10)).isZero();
    assertThat(density.perSquareKm(-90, 0)).isZero();
    // Point Nemo, whose name says it.
    assertThat(density.nearestPlaceKm(-48.88, -123.39)).isGreaterThan(2_000);
  }

  @Test
  void readsAUsersFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("places.csv");
    Files.writeString(file, "latitude,longitude,population\n10,20,7853982\n");
    assertThat(PopulationDensity.fromCsv(file).perSquareKm(10.1, 20)).isCloseTo(1000, within(0.1));
    assertThatIllegalArgumentException().isThrownBy(() -> PopulationDensity.of(List.of()));
  }

  private static double people(List<Place> places, double lat, double lon) {
    return places.stream()
        .filter(place -> km(place, lat, lon) <= PopulationDensity.RADIUS_KM)
        .mapToDouble(Place::population)
        .sum();
  }

  private static double km(Place place, double lat, double lon) {
    return DistanceModel.SPHERE_6371_0088.kilometers(
        place.point().latitude(), place.point().longitude(), lat, lon);
  }
}
