package io.geolocsft.evaluate;

import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The rows that are drawn together by the bootstrap, where each row is an image: as many clusters
 * as there are, with replacement. Photographs by one author share places and style: Im2GPS3k has
 * 2,997 images but 198 authors, and drawing single images would make intervals too narrow.
 */
public final class Clusters implements Resampling {

  private final int[][] members; // rows of each cluster
  private final int rows;

  private Clusters(int[][] members, int rows) {
    this.members = members;
    this.rows = rows;
  }

  /** Every row on its own. */
  public static Clusters single(int rows) {
    int[][] members = new int[rows][];
    for (int row = 0; row < rows; row++) {
      members[row] = new int[] {row};
    }
    return new Clusters(members, rows);
  }

  /** One cluster an author; an image of an unknown author stands on its own. */
  public static Clusters byAuthor(List<BenchmarkImage> images) {
    Map<Object, List<Integer>> rows = new LinkedHashMap<>();
    for (int row = 0; row < images.size(); row++) {
      Optional<String> author = images.get(row).author();
      Object key = author.isPresent() ? author.get() : (Object) row;
      rows.computeIfAbsent(key, unused -> new ArrayList<>()).add(row);
    }
    return new Clusters(
        rows.values().stream().map(Ints::toArray).toArray(int[][]::new), images.size());
  }

  /** Number of clusters. */
  public int count() {
    return members.length;
  }

  @Override
  public String label() {
    return "exact";
  }

  @Override
  public double[] once() {
    double[] ones = new double[rows];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Override
  public void resample(long seed, int samples, Draws draws) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] weights = new double[rows];
    for (int sample = 0; sample < samples; sample++) {
      Arrays.fill(weights, 0);
      for (int draw = 0; draw < members.length; draw++) {
        for (int row : members[random.nextInt(members.length)]) {
          weights[row]++;
        }
      }
      draws.take(sample, weights);
    }
  }
}
