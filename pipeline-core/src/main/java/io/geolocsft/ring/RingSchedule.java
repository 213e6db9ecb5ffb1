package io.geolocsft.ring;

/**
 * Which part of a vector a rank sends and receives when, in the ring all-reduce of Patarasuk and
 * Yuan (Bandwidth optimal all-reduce algorithms for clusters of workstations, 2009). The vector is
 * cut in one slice a rank. In each of {@code 2 (ranks - 1)} rounds a rank sends one slice to the
 * next rank and receives one from the rank before: in the first half of the rounds it adds what it
 * receives, in the second half it takes it over. Slices travel as equally many chunks, so that a
 * chunk goes on as soon as it has been added.
 *
 * @param chunks of a slice
 */
public record RingSchedule(int length, int rank, int ranks, int chunks) {

  private static final int CHUNKS = 4;
  private static final int SHORTEST_CHUNK = 1 << 14;

  /** A part of the vector. */
  record Part(int begin, int count) {}

  /**
   * The schedule of a vector.
   *
   * @param longest chunk; short slices are cut as well, so that a rank adds while it receives
   */
  static RingSchedule of(int length, int rank, int ranks, int longest) {
    int slice = (length + ranks - 1) / ranks;
    int chunk = Math.min(longest, Math.max(SHORTEST_CHUNK, slice / CHUNKS));
    return new RingSchedule(length, rank, ranks, Math.max(1, (slice + chunk - 1) / chunk));
  }

  /** Chunks that a rank sends, and receives, in all. */
  int total() {
    return 2 * (ranks - 1) * chunks;
  }

  /** How many chunks may be sent once so many have been received. */
  int sendable(int received) {
    return Math.min(total(), received + chunks);
  }

  Part sent(int chunk) {
    return part(rank - chunk / chunks, chunk % chunks);
  }

  Part received(int chunk) {
    return part(rank - 1 - chunk / chunks, chunk % chunks);
  }

  /** Whether a received chunk is one of the first half, a partial sum. */
  boolean isAdded(int chunk) {
    return chunk / chunks < ranks - 1;
  }

  /** Whether a received chunk completes a sum. */
  boolean isLastAddition(int chunk) {
    return chunk / chunks == ranks - 2;
  }

  private Part part(int slice, int chunk) {
    int index = Math.floorMod(slice, ranks);
    long first = (long) length * index / ranks;
    long size = (long) length * (index + 1) / ranks - first;
    long begin = size * chunk / chunks;
    return new Part((int) (first + begin), (int) (size * (chunk + 1) / chunks - begin));
  }
}
