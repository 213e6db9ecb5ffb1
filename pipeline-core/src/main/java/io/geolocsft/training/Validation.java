package io.geolocsft.training;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Whether and how training is watched on examples that it does not learn from.
 *
 * @param share of the examples that are held out; 0 for none
 * @param steps between two checks of them; the last step always has one
 * @param patience training ends after so many looks in a row without a lower loss; 0 for never
 * @param best whether the result is what had the lowest loss, rather than the last
 */
public record Validation(double share, int steps, int patience, boolean best) {

  public Validation {
    if (!(share >= 0 && share < 1) || steps < 1 || patience < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Validation needs 0 <= share < 1, steps >= 1 and patience >= 0, not %s, %d and %d",
              share,
              steps,
              patience));
    }
  }

  /** No example is held out. */
  public static final Validation NONE = new Validation(0, 1, 0, false);

  /** Examples to learn from and those held out. */
  public record Split(List<TrainingExample> training, List<TrainingExample> heldOut) {}

  /**
   * Holds examples out: a function of the seed and the images' ids, whatever their order.
   *
   * @throws IllegalArgumentException if the share leaves nothing on one of the sides
   */
  public Split split(List<TrainingExample> examples, long seed) {
    if (share == 0) {
      return new Split(examples, List.of());
    }
    int count = (int) Math.round(share * examples.size());
    if (count == 0 || count == examples.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "A share of %s of %d examples holds out %d: there must be some on either side",
              share,
              examples.size(),
              count));
    }
    List<TrainingExample> drawn = new ArrayList<>(examples);
    drawn.sort(
        Comparator.comparing((TrainingExample example) -> draw(example, seed))
            .thenComparing(TrainingExample::imageId));
    Set<TrainingExample> heldOut = new HashSet<>(drawn.subList(0, count));
    return new Split(
        examples.stream().filter(example -> !heldOut.contains(example)).toList(),
        examples.stream().filter(heldOut::contains).toList());
  }

  private static long draw(TrainingExample example, long seed) {
    return Hashing.sipHash24(seed, ~seed)
        .hashString(example.imageId(), StandardCharsets.UTF_8)
        .asLong();
  }

  boolean isDue(int step, int allSteps) {
    return share > 0 && ((step + 1) % steps == 0 || step + 1 == allSteps);
  }
}
