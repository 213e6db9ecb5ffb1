package io.geolocsft.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestPace {

  private final VirtualTime time = new VirtualTime();

  @Test
  void requestsStartAtEvenDistances() throws Exception {
    Pace pace = new Pace(100, 30, time);
    for (int i = 0; i < 61; i++) {
      pace.enter();
    }
    assertThat(time.slept()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void timeThatWasNotUsedIsNotSaved() throws Exception {
    Pace pace = new Pace(100, 60, time);
    time.sleep(Duration.ofMinutes(10));
    for (int i = 0; i < 3; i++) {
      pace.enter();
    }
    assertThat(time.slept()).isEqualTo(Duration.ofMinutes(10).plusSeconds(2));
  }

  @Test
  void aPauseHoldsEverybodyAndAShorterOneDoesNotEndIt() throws Exception {
    Pace pace = new Pace(2, 0, time);
    pace.pause(Duration.ofSeconds(30));
    pace.pause(Duration.ofSeconds(10));
    pace.enter();
    pace.enter();
    assertThat(time.sleeps()).containsExactly(Duration.ofSeconds(30));
  }

  @Test
  void noMoreAtOnceThanThereArePlaces() throws Exception {
    Pace pace = new Pace(1, 0, time);
    pace.enter();
    CountDownLatch entered = new CountDownLatch(1);
    Thread other =
        new Thread(
            () -> {
              try {
                pace.enter();
                entered.countDown();
              } catch (InterruptedException e) {
                // It is the test that ends it.
              }
            });
    other.start();
    while (other.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(entered.getCount()).isEqualTo(1);
    pace.leave();
    Uninterruptibles.awaitUninterruptibly(entered);
    other.join();
  }

  @Test
  void whoIsInterruptedLeavesHisPlace() throws Exception {
    Pace pace = new Pace(1, 1, time);
    pace.enter();
    pace.leave();
    Thread.currentThread().interrupt();
    assertThatThrownBy(pace::enter).isInstanceOf(InterruptedException.class);
    pace.enter();
  }

  @Test
  void waitsGrowUpToABound() {
    Backoff longest = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), () -> 1);
    assertThat(List.of(1, 2, 3, 6, 7, 1000).stream().map(longest::after))
        .extracting(Duration::toSeconds)
        .containsExactly(1L, 2L, 4L, 32L, 60L, 60L);
    assertThat(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), () -> 0.25).after(3))
        .isEqualTo(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @CsvSource({
    "Retry-After, 7, 7000",
    "Retry-After, ' 0.5 ', 500",
    "retry-after-ms, 1500, 1500",
    "Retry-After, -3, 0",
    "Retry-After, 1e300, 31622400000",
    "Retry-After, 'Thu, 01 Jan 1970 00:02:00 GMT', 60000",
    "Retry-After, 'Thu, 01 Jan 1970 00:00:30 GMT', 0",
  })
  void whatAServerWishes(String name, String value, long millis) {
    Instant now = Instant.ofEpochSecond(60);
    assertThat(RetryAfter.of(headers(Map.of(name, value)), now))
        .contains(Duration.ofMillis(millis));
  }

  @Test
  void aDateCountsByTheServersClock() {
    HttpHeaders headers =
        headers(
            Map.of(
                "Retry-After", "Sat, 28 Nov 2026 21:30:45 GMT",
                "Date", "Sat, 28 Nov 2026 21:30:35 GMT"));
    assertThat(RetryAfter.of(headers, Instant.EPOCH)).contains(Duration.ofSeconds(10));
  }

  @ParameterizedTest
  @CsvSource({"Retry-After, soon", "retry-after-ms, NaN1", "Other, 7"})
  void noWish(String name, String value) {
    assertThat(RetryAfter.of(headers(Map.of(name, value)), Instant.EPOCH))
        .isEqualTo(Optional.empty());
  }

  private static HttpHeaders headers(Map<String, String> values) {
    Map<String, List<String>> lists = new HashMap<>();
    values.forEach((name, value) -> lists.put(name, List.of(value)));
    return HttpHeaders.of(lists, (name, value) -> true);
  }
}
