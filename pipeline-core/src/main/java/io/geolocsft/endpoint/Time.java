package io.geolocsft.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** How time passes; tests have their own. */
interface Time {

  /** The machine's. */
  Time OF_MACHINE =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
          TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        }
      };

  /** Nanoseconds since some moment. */
  long nanos();

  /** What clocks show. */
  Instant now();

  void sleep(Duration duration) throws InterruptedException;
}
