package io.geolocsft.cli.console;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * How fast work goes on, and how long the rest of it will take, from what was done lately. Work
 * that is counted in jumps, such as batches of images, is measured from jump to jump: between two
 * of them the time left goes on falling. All times are from the start of the work.
 */
final class Pace {

  /** What was done before the last minute, or before the last half if that is more, is history. */
  private static final Duration LATELY = Duration.ofMinutes(1);

  private static final double NANOS = 1e9;

  private record Mark(long nanos, long done) {}

  private final long total;
  private final Deque<Mark> marks = new ArrayDeque<>();
  private long found;
  private long done;

  /**
   * @param total units in all; -1 if that is unknown
   */
  Pace(long total) {
    this.total = total;
    marks.add(new Mark(0, 0));
  }

  /** So many units were there before the work began: they took no time of it. */
  synchronized void found(long units) {
    found = Math.max(found, units);
  }

  /** So many units are done, found ones included; an earlier, higher figure stands. */
  synchronized void reached(long units, Duration at) {
    done = Math.max(done, units);
    if (done - found > marks.getLast().done()) {
      marks.addLast(new Mark(at.toNanos(), done - found));
      long lately = at.toNanos() - Math.max(LATELY.toNanos(), at.toNanos() / 2);
      Mark first = marks.removeFirst();
      while (marks.size() > 1 && marks.getFirst().nanos() <= lately) {
        first = marks.removeFirst();
      }
      marks.addFirst(first);
    }
  }

  /** Units that are done. */
  synchronized long done() {
    return done;
  }

  /** Units a second; 0 before there are any. */
  synchronized double rate(Duration now) {
    // Only waiting that is longer than any between two jumps says that it goes slower.
    long span =
        marks.getLast().nanos() - marks.getFirst().nanos() + Math.max(0, waited(now) - longest());
    long units = marks.getLast().done() - marks.getFirst().done();
    return units == 0 || span <= 0 ? 0 : units / (span / NANOS);
  }

  /** What the rest takes; empty where nobody can tell. */
  synchronized Optional<Duration> left(Duration now) {
    double rate = rate(now);
    if (total < 0 || rate == 0) {
      return Optional.empty();
    }
    double nanos = Math.max(0, total - done) / rate * NANOS - Math.min(waited(now), longest());
    return Optional.of(Duration.ofNanos(Math.max(0, (long) nanos)));
  }

  private long waited(Duration now) {
    return now.toNanos() - marks.getLast().nanos();
  }

  private long longest() {
    long longest = 0;
    Mark last = marks.getFirst();
    for (Mark mark : marks) {
      longest = Math.max(longest, mark.nanos() - last.nanos());
      last = mark;
    }
    return longest;
  }
}
