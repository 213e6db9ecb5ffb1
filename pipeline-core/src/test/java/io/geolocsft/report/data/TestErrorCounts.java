package io.geolocsft.report.data;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TestErrorCounts {

  private static ErrorCounts of(long images, double... km) {
    return new ErrorCounts(
        images, DoubleStream.of(km).boxed().collect(groupingBy(ErrorCounts::upTo, counting())));
  }

  private static long[] bands(ErrorCounts errors) {
    return IntStream.rangeClosed(0, ErrorCounts.BANDS_KM.size()).mapToLong(errors::in).toArray();
  }

  @Test
  void bandsEndAtTheirDistances() {
    ErrorCounts errors =
        of(
            10,
            0,
            200,
            Math.nextUp(200),
            750,
            Math.nextUp(750.0),
            2500,
            Math.nextUp(2500.0),
            20_038);
    assertThat(bands(errors)).containsExactly(2, 2, 2, 2);
    assertThat(errors.answered()).isEqualTo(8);
    assertThat(errors.images()).isEqualTo(10);
  }

  @Test
  void powersOfTenAreExact() {
    ErrorCounts errors = of(6, 1, Math.nextUp(1.0), 10, Math.nextUp(10.0), 100, 1000);
    assertThat(errors.within())
        .containsEntry(1.0, 1L)
        .containsEntry(10.0, 3L)
        .containsEntry(100.0, 5L)
        .containsEntry(1000.0, 6L);
  }

  @Test
  void withoutAnswersAllIsNought() {
    ErrorCounts errors = of(3);
    assertThat(errors.within().values()).containsOnly(0L);
    assertThat(bands(errors)).containsOnly(0);
  }

  @Test
  void whatIsFartherThanEarthAllowsStillCounts() {
    assertThat(of(1, 1e9).answered()).isEqualTo(1);
  }
}
