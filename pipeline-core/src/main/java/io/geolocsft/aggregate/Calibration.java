package io.geolocsft.aggregate;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Radii that hold the truth in a stated share of cases: what is known of the errors of answers for
 * images that were not trained on.
 *
 * <p>Answers are put into classes by how sure they are, and of each class the radius is the
 * conformal quantile of its errors (Vovk et al. 2003, Mondrian confidence machines): for images
 * from the same source it holds the truth at least as often as is stated, and at most {@code 1 / (n
 * + 1)} more often, over draws of the calibration images. Nothing is promised for images of another
 * source.
 *
 * @param classes from the surest answers to the least sure
 */
public record Calibration(List<Class> classes) {

  /** Fewer errors say little of their 90 % quantile. */
  private static final int SMALLEST_CLASS = 60;

  private static final int MOST_CLASSES = 10;

  /**
   * Answers that are about as sure as one another.
   *
   * @param last the least sure answer in it
   * @param errorsKm of its calibration images, ascending
   */
  public record Class(Sureness last, List<Double> errorsKm) {
    public Class {
      errorsKm = List.copyOf(errorsKm);
    }

    private double radiusKm(double share) {
      int rank = (int) Math.ceil((errorsKm.size() + 1) * share);
      return errorsKm.get(Math.min(rank, errorsKm.size()) - 1);
    }
  }

  /**
   * How sure an answer is: the nearer its candidates lie together, and among equals the more
   * probable the first one is.
   *
   * @param spreadKm the distance from the answer that holds half of its candidates
   * @param logProbability of the first candidate
   */
  public record Sureness(double spreadKm, double logProbability)
      implements Comparable<Sureness>, Serializable {

    private static final Comparator<Sureness> SUREST_FIRST =
        Comparator.comparingDouble(Sureness::spreadKm)
            .thenComparing(Comparator.comparingDouble(Sureness::logProbability).reversed());

    /**
     * Of an answer and the candidates that it was made of.
     *
     * @param candidates at least one
     */
    public static Sureness of(Aggregate answer, List<Candidate> candidates) {
      return new Sureness(answer.radiusKm(), candidates.get(0).logProbability());
    }

    @Override
    public int compareTo(Sureness other) {
      return SUREST_FIRST.compare(this, other);
    }
  }

  /**
   * One answer beside the truth.
   *
   * @param errorKm from the answer to the truth
   */
  public record Observation(Sureness sureness, double errorKm) {}

  public Calibration {
    classes = List.copyOf(classes);
    checkArgument(!classes.isEmpty(), "there is no class");
  }

  /**
   * From answers for images that were not trained on.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Calibration of(List<Observation> observations) {
    checkArgument(!observations.isEmpty(), "there are no answers to calibrate by");
    List<Observation> sorted =
        observations.stream().sorted(Comparator.comparing(Observation::sureness)).toList();
    int count = Math.max(1, Math.min(MOST_CLASSES, sorted.size() / SMALLEST_CLASS));
    List<Class> classes = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= count; i++) {
      int to = endOf(sorted, Math.max(from, (int) ((long) sorted.size() * i / count)));
      if (sorted.size() - to < SMALLEST_CLASS) {
        to = sorted.size(); // What is left would be too few.
      }
      if (to > from) {
        classes.add(classOf(sorted.subList(from, to)));
        from = to;
      }
    }
    return new Calibration(classes);
  }

  /** Equally sure answers are of one class. */
  private static int endOf(List<Observation> sorted, int planned) {
    int end = planned;
    while (end > 0
        && end < sorted.size()
        && sorted.get(end).sureness().equals(sorted.get(end - 1).sureness())) {
      end++;
    }
    return end;
  }

  private static Class classOf(List<Observation> some) {
    return new Class(
        some.get(some.size() - 1).sureness(),
        some.stream().map(Observation::errorKm).sorted().toList());
  }

  /**
   * The radius around an answer, km.
   *
   * @param share of cases in which it is to hold the truth, in (0, 1)
   */
  public double radiusKm(Sureness sureness, double share) {
    checkArgument(share > 0 && share < 1, "share %s", share);
    return classOf(sureness).radiusKm(share);
  }

  private Class classOf(Sureness sureness) {
    return classes.stream()
        .filter(one -> sureness.compareTo(one.last()) <= 0)
        .findFirst()
        .orElse(classes.get(classes.size() - 1));
  }

  /** What it says of 50 % and 90 % of cases. */
  public Radii radii() {
    return new Radii(
        classes.stream()
            .map(
                one ->
                    new Radii.Band(
                        one.last(),
                        one.errorsKm().size(),
                        new Radii.OfAnswer(one.radiusKm(0.5), one.radiusKm(0.9))))
            .toList());
  }

  /** How many images it was made of. */
  public int size() {
    return classes.stream().mapToInt(one -> one.errorsKm().size()).sum();
  }

  /** Errors of all of them, km. */
  DoubleStream errorsKm() {
    return classes.stream().flatMap(one -> one.errorsKm().stream()).mapToDouble(km -> km);
  }
}
