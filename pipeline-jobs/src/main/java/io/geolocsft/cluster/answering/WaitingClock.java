package io.geolocsft.cluster.answering;

/** How long a device has waited for images, of how long it has had them. */
final class WaitingClock {

  /** Milliseconds. */
  record Times(long waited, long all) {}

  private long start = System.nanoTime();
  private long waited;

  void waited(long nanos) {
    waited += nanos;
  }

  /** Since it was asked before, or made. */
  Times take() {
    long now = System.nanoTime();
    Times times = new Times(waited / 1_000_000, (now - start) / 1_000_000);
    start = now;
    waited = 0;
    return times;
  }
}
