package io.geolocsft.ring;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/** The sum of one vector over all ranks of a training run. Used by one thread at a time. */
public interface AllReduce extends AutoCloseable {

  /** A run of one rank: the sum is the vector itself. */
  AllReduce SINGLE = new SingleRank();

  /** Number of ranks. */
  int ranks();

  /** This rank, from 0. */
  int rank();

  /** This rank's share of what all ranks have in the same order: every so many-th. */
  default <T> List<T> shareOf(List<T> all) {
    return IntStream.iterate(rank(), i -> i < all.size(), i -> i + ranks())
        .mapToObj(all::get)
        .toList();
  }

  /**
   * Replaces the vector by the sum over the ranks, the same bits on every rank. Returns when this
   * rank has it; no rank returns before all have called.
   *
   * @param vector of the same length on every rank
   * @param wire what the values travel as, the same on every rank; {@link WireType#BFLOAT16} rounds
   *     the sums
   * @throws StoppedRunException if another rank stopped the run
   * @throws IOException if a rank cannot be reached or is not heard of in time; the message names
   *     it
   */
  void sum(float[] vector, WireType wire) throws IOException;

  /**
   * Tells all ranks, which find out in their next sum, that the run cannot go on and that another
   * try would end in the same way. Nothing may be summed afterwards.
   */
  void stop(String reason);

  @Override
  void close();

  /** A run of one rank. */
  record SingleRank() implements AllReduce {
    @Override
    public int ranks() {
      return 1;
    }

    @Override
    public int rank() {
      return 0;
    }

    @Override
    public void sum(float[] vector, WireType wire) {}

    @Override
    public void stop(String reason) {}

    @Override
    public void close() {}
  }
}
