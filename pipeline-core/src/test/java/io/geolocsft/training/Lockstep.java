package io.geolocsft.training;

import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import java.util.ArrayList;
import java.util.List;

/**
 * The sums of several ranks that run one after the other: DJL collects gradients for one trainer of
 * a process at a time. A rank is given the sums that are known and stops at the first that is not;
 * once every rank has stopped there, that sum is known too and all begin anew.
 */
public final class Lockstep {

  /** Ends a rank's run where the others' share of a sum is missing. */
  public static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final int ranks;
  private final List<float[]> known = new ArrayList<>();
  private final List<float[]> shares = new ArrayList<>();

  public Lockstep(int ranks) {
    this.ranks = ranks;
  }

  public int knownSums() {
    return known.size();
  }

  /** A fresh run of one rank; its shares must be taken in the order of the ranks. */
  public AllReduce rank(int rank) {
    return new AllReduce() {
      private int calls;

      @Override
      public int ranks() {
        return ranks;
      }

      @Override
      public int rank() {
        return rank;
      }

      @Override
      public void sum(float[] vector, WireType wire) {
        if (calls == known.size()) {
          share(vector);
          throw new Stop();
        }
        float[] sum = known.get(calls++);
        System.arraycopy(sum, 0, vector, 0, vector.length);
      }

      @Override
      public void stop(String reason) {}

      @Override
      public void close() {}
    };
  }

  private void share(float[] vector) {
    shares.add(vector.clone());
    if (shares.size() == ranks) {
      float[] sum = new float[vector.length];
      for (float[] part : shares) {
        for (int i = 0; i < sum.length; i++) {
          sum[i] += part[i];
        }
      }
      known.add(sum);
      shares.clear();
    }
  }
}
