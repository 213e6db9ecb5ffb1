package io.geolocsft.published;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.evaluate.Convention;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TestPublishedResults {

  @Test
  void everyBenchmarkHasItsResults() {
    assertThat(PublishedResults.benchmarks()).containsExactly("im2gps3k", "osv5m", "yfcc4k");
    assertThat(PublishedResults.of("Im2GPS3k")).hasSize(11);
    assertThat(PublishedResults.of("yfcc4k")).hasSize(9);
    assertThat(PublishedResults.of("osv5m")).hasSize(1);
    assertThat(PublishedResults.of("another")).isEmpty();
  }

  @Test
  void aMethodStandsOnceForABenchmarkAndGainsWithDistance() {
    for (String benchmark : PublishedResults.benchmarks()) {
      List<PublishedResult> results = PublishedResults.of(benchmark);
      List<String> methods = results.stream().map(PublishedResult::method).toList();
      assertThat(new HashSet<>(methods)).hasSameSizeAs(methods);
      assertThat(results)
          .allSatisfy(
              result ->
                  assertThat(List.copyOf(result.accuracy().values()))
                      .hasSize(Convention.USUAL_THRESHOLDS_KM.size())
                      .isSorted());
    }
  }

  @Test
  void thePapersOwnFigures() {
    PublishedResult own = result("GeoLocSFT");
    assertThat(own.paper()).contains("arXiv:2506.01277");
    assertThat(own.accuracy(750)).hasValue(0.658);
    assertThat(own.accuracy(100)).isEmpty();
    assertThat(own.caveats(Convention.standard(), 2997)).containsExactly("convention not known");
  }

  @Test
  void whatWasMeasuredOtherwiseIsTold() {
    PublishedResult result = result("GeoCLIP");
    assertThat(result.convention()).isEqualTo(Optional.of("geoclip"));
    assertThat(result.caveats(Convention.named("geoclip"), 2997)).isEmpty();
    assertThat(result.caveats(Convention.standard(), 3000))
        .containsExactly("counts <= km", "distances on wgs84", "2997 images, not 3000");
    assertThat(result("NAVIG").caveats(Convention.named("im2gps"), 2997))
        .containsExactly("missing answers: 10000.0 km");
  }

  private static PublishedResult result(String method) {
    return PublishedResults.of("im2gps3k").stream()
        .filter(result -> result.method().equals(method))
        .findFirst()
        .orElseThrow();
  }
}
