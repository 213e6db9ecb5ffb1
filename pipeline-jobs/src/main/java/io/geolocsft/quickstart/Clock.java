package io.geolocsft.quickstart;

import java.time.Instant;
import java.util.SplittableRandom;

/** Times of capture, in the years 2015 to 2024. */
final class Clock {

  private static final long FIRST = Instant.parse("2015-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST = Instant.parse("2024-12-31T23:00:00Z").getEpochSecond();

  private Clock() {}

  static Instant anyTime(SplittableRandom random) {
    return Instant.ofEpochSecond(random.nextLong(FIRST, LAST));
  }
}
