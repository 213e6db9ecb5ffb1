package io.geolocsft.sft;

import java.io.IOException;

/** The sum of one vector over all ranks of a training run. */
public interface AllReduce {

  /** A run of one rank: the sum is the vector itself. */
  AllReduce SINGLE = new SingleRank();

  /** Number of ranks. */
  int ranks();

  /** This rank, from 0. */
  int rank();

  /** Replaces the vector, of the same length on every rank, by the sum over the ranks. */
  void sum(float[] vector) throws IOException;

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
    public void sum(float[] vector) {}
  }
}
