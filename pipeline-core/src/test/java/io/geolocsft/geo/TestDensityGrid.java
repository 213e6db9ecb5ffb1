package io.geolocsft.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestDensityGrid {

  private static final String WORLD =
      "ncols 4\nnrows 2\nxllcorner -180\nyllcorner -90\ncellsize 90\nNODATA_value -9999\n"
          + "1 2 3 4\n5 -9999\n7 8.5\n";

  private static DensityGrid grid(String text) throws IOException {
    return DensityGrid.fromAscii(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "world.asc");
  }

  @ParameterizedTest
  @CsvSource({
    "45, -135, 1",
    "90, -180, 1",
    "45, 179.9, 4",
    "45, 180, 4",
    "-45, -135, 5",
    "-90, 180, 8.5",
    "-45, -45, 0",
    "0, 0, 3"
  })
  void everyPointHasItsCell(double lat, double lon, double density) throws IOException {
    assertThat(grid(WORLD).perSquareKm(lat, lon)).isEqualTo(density);
  }

  @Test
  void aPartOfTheMap() throws IOException {
    DensityGrid part = grid("NCOLS 2\nNROWS 1\nXLLCENTER 10.5\nYLLCENTER 20.5\nCELLSIZE 1\n3 4\n");
    assertThat(part.perSquareKm(20.5, 10.2)).isEqualTo(3);
    assertThat(part.perSquareKm(20.5, 11.9)).isEqualTo(4);
    assertThat(part.perSquareKm(20.5, 9.9)).isZero();
    assertThat(part.perSquareKm(21.1, 10.5)).isZero();
    assertThat(part.perSquareKm(-50, -100)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "cellsize 90, cellsize 0, not within",
    "cellsize 90, cellsize 91, not within",
    "ncols 4, ncols 3.5, ncols is 3.5",
    "ncols 4, ncols 4000000000, ncols is",
    "ncols 4, ncols 50000000, more than 64000000",
    "ncols 4, width 4, give no ncols",
    "7 8.5, 7, it has 7 values of 8",
    "7 8.5, 7 8 9, more values than cells",
    "7 8.5, 7 -2, value 8 is -2",
    "7 8.5, 7 x, x"
  })
  void whatIsWrongIsNamed(String text, String wrong, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> grid(WORLD.replace(text, wrong)))
        .withMessageContaining("world.asc")
        .withMessageContaining(message);
  }
}
