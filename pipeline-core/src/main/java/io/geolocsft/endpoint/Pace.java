package io.geolocsft.endpoint;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * When requests may start: so many at the same time, so many a minute at even distances, and none
 * while the server wants a pause.
 */
final class Pace {

  private final Semaphore places;
  private final long interval;
  private final Time time;
  private long next;
  private long pauseEnd;

  /**
   * @param atOnce requests between {@link #enter} and {@link #leave}
   * @param perMinute requests that start; 0 for no limit
   */
  Pace(int atOnce, int perMinute, Time time) {
    this.places = new Semaphore(atOnce, true);
    this.interval = perMinute == 0 ? 0 : TimeUnit.MINUTES.toNanos(1) / perMinute;
    this.time = time;
    this.next = time.nanos();
    this.pauseEnd = time.nanos();
  }

  /** Waits until a request may start. */
  void enter() throws InterruptedException {
    places.acquire();
    boolean entered = false;
    try {
      for (long wait = reserve(); wait > 0; wait = reserve()) {
        time.sleep(Duration.ofNanos(wait));
      }
      entered = true;
    } finally {
      if (!entered) {
        places.release();
      }
    }
  }

  /** One request has ended. */
  void leave() {
    places.release();
  }

  /** Lets no request start for a while; a longer pause that is under way stays. */
  synchronized void pause(Duration duration) {
    long end = time.nanos() + duration.toNanos();
    if (end - pauseEnd > 0) {
      pauseEnd = end;
    }
  }

  /** Nanoseconds to wait before asking again, or 0 where the turn is the caller's. */
  private synchronized long reserve() {
    long now = time.nanos();
    long wait = Math.max(pauseEnd - now, interval == 0 ? 0 : next - now);
    if (wait <= 0) {
      next = now + interval;
    }
    return Math.max(0, wait);
  }
}
