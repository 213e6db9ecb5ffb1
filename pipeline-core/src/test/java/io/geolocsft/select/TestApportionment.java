package io.geolocsft.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestApportionment {

  @Test
  void hamiltonsOwnExample() {
    // The first apportionment of the US House under Hamilton's bill (1790 census, 120 seats).
    double[] people = {
      630_560, 475_327, 432_879, 353_523, 331_589, 278_514, 236_841, 206_236, 179_570, 141_822,
      85_533, 70_835, 68_705, 68_446, 55_540
    };
    long[] room = new long[people.length];
    Arrays.fill(room, 120);
    assertThat(Apportionment.of(120, people, room))
        .containsExactly(21, 16, 14, 12, 11, 9, 8, 7, 6, 5, 3, 2, 2, 2, 2);
  }

  @Test
  void whatAFullCellCannotTakeGoesToTheOthersInProportion() {
    assertThat(Apportionment.of(100, new double[] {8, 1, 1}, new long[] {20, 100, 100}))
        .containsExactly(20, 40, 40);
    // Filling the first overfills the second as well.
    assertThat(Apportionment.of(100, new double[] {8, 1, 1}, new long[] {20, 30, 100}))
        .containsExactly(20, 30, 50);
    assertThat(Apportionment.of(0, new double[] {8, 1}, new long[] {0, 3})).containsExactly(0, 0);
    assertThat(Apportionment.of(3, new double[] {8, 1}, new long[] {0, 3})).containsExactly(0, 3);
  }

  @Test
  void equalRemaindersAreSpreadOverTheOrderOfCells() {
    assertThat(Apportionment.of(5, new double[] {1, 1, 1}, new long[] {9, 9, 9}))
        .containsExactly(2, 1, 2);
    assertThat(Apportionment.of(1, new double[] {1, 1, 1}, new long[] {9, 9, 9}))
        .containsExactly(0, 1, 0);
    // A larger remainder goes first.
    assertThat(Apportionment.of(2, new double[] {2, 2, 2, 3}, new long[] {9, 9, 9, 9}))
        .containsExactly(0, 1, 0, 1);
    // A full cell has no part in it.
    assertThat(
            Apportionment.of(
                8, new double[] {1, 2, 1, 1, 1, 5, 1, 1}, new long[] {9, 9, 9, 9, 9, 3, 9, 9}))
        .containsExactly(1, 1, 0, 1, 1, 3, 0, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 37, 132, 351, 352, 1000})
  void noPartOfEarthIsFavoured(int seats) {
    int cells = 352;
    double[] weights = new double[cells];
    Arrays.fill(weights, 1);
    long[] room = new long[cells];
    Arrays.fill(room, 100);
    long[] shares = Apportionment.of(seats, weights, room);
    long first = 0;
    for (int i = 0; i < cells; i++) {
      assertThat(first)
          .as("before cell %d", i)
          .isCloseTo(Math.round((double) seats * i / cells), within(1L));
      first += shares[i];
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void alwaysExactNeverTooFullAndFair(long seed) {
    Random random = new Random(seed);
    int cells = 1 + random.nextInt(300);
    double[] weights = new double[cells];
    long[] capacities = new long[cells];
    for (int i = 0; i < cells; i++) {
      weights[i] = Math.exp(random.nextGaussian() * 4);
      capacities[i] = (long) Math.exp(random.nextGaussian() * 2 + 2);
    }
    long room = Arrays.stream(capacities).sum();
    for (long seats : new long[] {0, 1, room / 3, room - 1, room}) {
      long[] shares = Apportionment.of(Math.max(0, seats), weights, capacities);
      assertThat(Arrays.stream(shares).sum()).as("seed %d", seed).isEqualTo(Math.max(0, seats));
      double perWeight = 0;
      for (int i = 0; i < cells; i++) {
        assertThat(shares[i]).isBetween(0L, capacities[i]);
        perWeight = Math.max(perWeight, shares[i] / weights[i]);
      }
      for (int i = 0; i < cells; i++) {
        for (int j = 0; j < cells && shares[i] < capacities[i]; j++) {
          if (shares[j] < capacities[j]) {
            // Of cells with room each is within one seat of its exact share.
            assertThat(shares[i] / weights[i] - shares[j] / weights[j])
                .as("seed %d, cells %d and %d", seed, i, j)
                .isCloseTo(0, within(1.0 / weights[i] + 1.0 / weights[j] + 1e-9 * perWeight));
          }
        }
      }
    }
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Apportionment.of(4, new double[] {1, 1}, new long[] {1, 2}))
        .withMessage("Cannot choose 4 of 3 images");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Apportionment.of(1, new double[] {0}, new long[] {1}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Apportionment.of(1, new double[] {1}, new long[] {1, 1}));
  }
}
