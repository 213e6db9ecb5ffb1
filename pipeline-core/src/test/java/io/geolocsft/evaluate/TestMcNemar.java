package io.geolocsft.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestMcNemar {

  /**
   * What {@code mcnemar} of statsmodels 0.15.0 says: exact up to 1,000 images, corrected beyond.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 1.0",
    "1, 0, 1.0",
    "0, 5, 0.0625",
    "3, 10, 0.09228515625",
    "10, 3, 0.09228515625",
    "12, 13, 1.0",
    "20, 41, 0.009853448195259268",
    "480, 520, 0.2174482932041415",
    "0, 1000, 1.8665272370064378e-301",
    "480, 521, 0.20612987469115218",
    "700, 500, 9.21193790528664e-09",
    "5000, 5100, 0.32458142763227327",
    "120000, 118000, 4.175450797096265e-05",
    "3000, 9000, 0.0",
    "30000, 31000, 5.236048650065961e-05",
  })
  void valuesOfStatsmodels(long one, long other, double pValue) {
    assertThat(McNemar.pValue(one, other)).isCloseTo(pValue, within(1e-10 * pValue));
    assertThat(McNemar.pValue(other, one)).isEqualTo(McNemar.pValue(one, other));
  }

  @Test
  void noDifferenceIsNoSurprise() {
    assertThat(McNemar.pValue(600, 600)).isEqualTo(1);
    assertThat(McNemar.pValue(600, 601)).isEqualTo(1);
  }

  /** erfc of 2 and 5, from tables. */
  @Test
  void theTailKeepsItsDigits() {
    assertThat(McNemar.complementaryError(0)).isEqualTo(1);
    assertThat(McNemar.complementaryError(1.999999999)).isCloseTo(0.004677734981, within(1e-10));
    assertThat(McNemar.complementaryError(2)).isCloseTo(0.004677734981047266, within(1e-17));
    assertThat(McNemar.complementaryError(5)).isCloseTo(1.5374597944280349e-12, within(1e-26));
  }
}
