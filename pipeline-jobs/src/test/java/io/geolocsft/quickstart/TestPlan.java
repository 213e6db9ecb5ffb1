package io.geolocsft.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.PopulationDensity;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TestPlan {

  private static final Draws DRAWS = new Draws(7);
  private static final HeldOutCells HELD_OUT = new HeldOutCells(DRAWS);
  private static final Plan PLAN = new Plan(DRAWS, new Land(Earth.PICTURE), 2000);
  private static final List<Photograph> CATALOGUE = PLAN.catalogue(10_000);
  private static final List<Photograph> PHOTOS = PLAN.photos(500);
  private static final List<Photograph> SPARSE = PLAN.sparse(500);
  private static final List<Photograph> BASE = PLAN.base();

  @Test
  void benchmarksHaveTheHeldOutCellsToThemselves() {
    assertThat(PHOTOS).hasSize(500).allMatch(TestPlan::isHeldOut);
    assertThat(SPARSE).hasSize(500).allMatch(TestPlan::isHeldOut);
    assertThat(CATALOGUE).hasSize(10_000).noneMatch(TestPlan::isHeldOut);
    assertThat(BASE).hasSize(2000).noneMatch(TestPlan::isHeldOut);
  }

  @Test
  void benchmarksCoverManyCells() {
    assertThat(cells(PHOTOS)).hasSizeGreaterThan(50);
    assertThat(cells(SPARSE)).hasSizeGreaterThan(50);
  }

  @Test
  void sparseBenchmarkIsWhereHardlyAnybodyLives() {
    PopulationDensity density = PopulationDensity.geonames();
    assertThat(SPARSE)
        .allMatch(
            photograph ->
                density.perSquareKm(photograph.latitude(), photograph.longitude())
                    < Explorers.MAX_DENSITY);
    assertThat(medianDensity(PHOTOS)).isGreaterThan(20 * Explorers.MAX_DENSITY);
  }

  @Test
  void catalogueIsSkewedByPopulation() {
    assertThat(medianDensity(CATALOGUE)).isGreaterThan(10 * (1 + medianDensity(BASE)));
  }

  @Test
  void nothingLiesInAntarctica() {
    for (List<Photograph> photographs : List.of(CATALOGUE, PHOTOS, SPARSE, BASE)) {
      assertThat(photographs)
          .allMatch(photograph -> photograph.view().latitude() >= Land.MIN_LATITUDE - 1);
    }
  }

  @Test
  void catalogueKeepsOffTheBaseViews() {
    double nearest = Double.MAX_VALUE;
    for (Photograph base : BASE) {
      for (Photograph photograph : CATALOGUE) {
        nearest = Math.min(nearest, kilometers(base.view(), photograph.view()));
      }
    }
    assertThat(nearest).isBetween(11.1, 30.0);
  }

  private static double kilometers(View one, View other) {
    if (Math.abs(one.latitude() - other.latitude()) > 0.5) {
      return Double.MAX_VALUE;
    }
    return DistanceModel.SPHERE_6371.kilometers(
        one.latitude(), one.longitude(), other.latitude(), other.longitude());
  }

  @Test
  void flawsComeAtTheirRates() {
    Map<Flaw, Long> counts =
        CATALOGUE.stream()
            .collect(Collectors.groupingBy(photo -> photo.view().flaw(), Collectors.counting()));
    for (Flaw flaw : Flaw.values()) {
      double deviation = Math.sqrt(flaw.rate() * (1 - flaw.rate()) * CATALOGUE.size());
      assertThat((double) counts.getOrDefault(flaw, 0L))
          .as(flaw.name())
          .isCloseTo(flaw.rate() * CATALOGUE.size(), within(4 * deviation));
    }
    for (List<Photograph> flawless : List.of(PHOTOS, SPARSE, BASE)) {
      assertThat(flawless).allMatch(photograph -> photograph.view().flaw() == Flaw.NONE);
    }
  }

  @Test
  void statedPositionsAreWrongWhereTheFlawSaysSo() {
    for (Photograph photograph : CATALOGUE) {
      View view = photograph.view();
      switch (view.flaw()) {
        case NULL_ISLAND ->
            assertThat(List.of(photograph.latitude(), photograph.longitude()))
                .containsExactly(0.0, 0.0);
        case SWAPPED_COORDINATES ->
            assertThat(List.of(photograph.latitude(), photograph.longitude()))
                .containsExactly(view.longitude(), view.latitude());
        default ->
            assertThat(List.of(photograph.latitude(), photograph.longitude()))
                .containsExactly(view.latitude(), view.longitude());
      }
      assertThat(photograph.takenAt() == null).isEqualTo(view.flaw() == Flaw.MISSING_DATE);
    }
  }

  @Test
  void duplicatesAreOfGoodPhotographs() {
    Map<Long, View> good =
        CATALOGUE.stream()
            .map(Photograph::view)
            .filter(view -> view.flaw() == Flaw.NONE)
            .collect(Collectors.toMap(View::exposure, view -> view));
    assertThat(CATALOGUE)
        .map(Photograph::view)
        .filteredOn(view -> view.flaw() == Flaw.EXACT_DUPLICATE)
        .allMatch(view -> good.get(view.exposure()).latitude() == view.latitude());
    NearbyPoints originals =
        new NearbyPoints(
            good.values().stream()
                .map(view -> new GeoPoint(view.latitude(), view.longitude()))
                .toList(),
            0.051);
    assertThat(CATALOGUE)
        .map(Photograph::view)
        .filteredOn(view -> view.flaw() == Flaw.NEAR_DUPLICATE)
        .allMatch(view -> originals.anyNear(new GeoPoint(view.latitude(), view.longitude())));
  }

  @Test
  void sequencesAreShortWaysOfOnePhotographer() {
    Map<String, List<Photograph>> sequences =
        CATALOGUE.stream().collect(Collectors.groupingBy(Photograph::sequence));
    assertThat(sequences.values())
        .allMatch(photographs -> photographs.size() <= 8)
        .anyMatch(photographs -> photographs.size() == 8)
        .allMatch(
            photographs ->
                photographs.stream().map(Photograph::photographer).distinct().count() == 1);
  }

  @Test
  void sameSeedDrawsTheSameAndAnotherDoesNot() {
    Plan again = new Plan(new Draws(7), new Land(Earth.PICTURE), 2000);
    Plan other = new Plan(new Draws(8), new Land(Earth.PICTURE), 2000);
    assertThat(again.catalogue(10_000)).isEqualTo(CATALOGUE);
    assertThat(again.base()).isEqualTo(BASE);
    assertThat(again.sparse(500)).isEqualTo(SPARSE);
    assertThat(other.photos(500)).isNotEqualTo(PHOTOS);
  }

  private static boolean isHeldOut(Photograph photograph) {
    return HELD_OUT.contains(photograph.view().latitude(), photograph.view().longitude());
  }

  private static Set<Long> cells(List<Photograph> photographs) {
    Set<Long> cells = new HashSet<>();
    for (Photograph photograph : photographs) {
      cells.add(HeldOutCells.cell(photograph.latitude(), photograph.longitude()));
    }
    return cells;
  }

  private static double medianDensity(List<Photograph> photographs) {
    PopulationDensity density = PopulationDensity.geonames();
    double[] sorted =
        photographs.stream()
            .map(Photograph::view)
            .mapToDouble(view -> density.perSquareKm(view.latitude(), view.longitude()))
            .sorted()
            .toArray();
    return sorted[sorted.length / 2];
  }
}
