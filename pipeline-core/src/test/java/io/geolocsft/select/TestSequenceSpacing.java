package io.geolocsft.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.geo.GeoPoint;
import org.junit.jupiter.api.Test;

class TestSequenceSpacing {

  @Test
  void measuresFromTheLastThatWasKept() {
    SequenceSpacing spacing = new SequenceSpacing(50);
    double step = 0.0003; // 33 m on the equator
    assertThat(spacing.next("a", new GeoPoint(0, 0))).isEmpty();
    Rejection close = spacing.next("b", new GeoPoint(0, step)).orElseThrow();
    assertThat(close.rule()).isEqualTo("min_sequence_meters");
    assertThat(close.measured()).isCloseTo(33.4, within(0.1));
    assertThat(close.limit()).isEqualTo(50);
    assertThat(close.detail()).isEqualTo("after a");
    assertThat(spacing.next("c", new GeoPoint(0, 2 * step))).isEmpty();
    assertThat(spacing.next("d", new GeoPoint(0, step)).orElseThrow().detail())
        .isEqualTo("after c");
  }
}
