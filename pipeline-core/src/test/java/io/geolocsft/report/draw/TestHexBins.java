package io.geolocsft.report.draw;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.report.data.CountedPoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestHexBins {

  private static final GeoPoint PARIS = new GeoPoint(48.85, 2.35);
  private static final GeoPoint LIMA = new GeoPoint(-12.05, -77.05);

  @Test
  void addsUpWhatLiesTogether() {
    HexBins bins =
        new HexBins(
            List.of(
                new CountedPoint(PARIS, 40),
                new CountedPoint(new GeoPoint(48.86, 2.36), 24),
                new CountedPoint(LIMA, 1)));
    assertThat(bins.maximum()).isEqualTo(64);
    assertThat(bins.leastOf(0)).isEqualTo(1);
    assertThat(bins.leastOf(3)).isEqualTo(8);
    Markup markup = new Markup();
    bins.draw(markup);
    assertThat(markup.finish()).containsOnlyOnce("hex s5").containsOnlyOnce("hex s0");
  }

  @Test
  void oneImageEachIsTheFullestThereIs() {
    HexBins bins = new HexBins(List.of(new CountedPoint(PARIS, 1), new CountedPoint(LIMA, 1)));
    Markup markup = new Markup();
    bins.draw(markup);
    assertThat(markup.finish()).contains("hex s5").doesNotContain("hex s0");
  }
}
