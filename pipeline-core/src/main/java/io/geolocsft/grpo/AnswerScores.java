package io.geolocsft.grpo;

import com.google.common.math.Quantiles;
import io.geolocsft.answer.Answer;
import io.geolocsft.answer.AnswerReader;
import io.geolocsft.generate.Continuation;
import io.geolocsft.generate.Continuation.Choice;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.reward.Reward;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What the answers of a batch are worth, the same on every rank. An answer is counted by the place
 * of its image in the batch and its own among the image's answers.
 */
final class AnswerScores {

  private static final int REWARD = 0;
  private static final int CHOICES = 1;
  private static final int TOKENS = 2;
  private static final int WHOLE = 3;
  private static final int READ = 4;
  private static final int KILOMETERS = 5;
  private static final int SURPRISE = 6;
  private static final int FIGURES = 7;

  private final int answers;
  private final float[] figures;

  private AnswerScores(int answers, float[] figures) {
    this.answers = answers;
    this.figures = figures;
  }

  /**
   * Scores this rank's answers and asks the others for theirs.
   *
   * @param groups those of the images {@code rank, rank + ranks, ...} of the batch
   * @param images of the batch
   * @param text of an answer's tokens
   */
  static AnswerScores of(
      List<AnswerGroup> groups,
      int images,
      int answers,
      Function<int[], String> text,
      Reward reward,
      AllReduce allReduce)
      throws IOException {
    float[] figures = new float[images * answers * FIGURES];
    for (int i = 0; i < groups.size(); i++) {
      int image = allReduce.rank() + i * allReduce.ranks();
      for (int k = 0; k < answers; k++) {
        AnswerGroup group = groups.get(i);
        float[] own = figures(group, group.answers().get(k), text, reward);
        System.arraycopy(own, 0, figures, (image * answers + k) * FIGURES, FIGURES);
      }
    }
    // Each figure comes from one rank, so that the sum is exact.
    allReduce.sum(figures, WireType.FLOAT32);
    return new AnswerScores(answers, figures);
  }

  private static float[] figures(
      AnswerGroup group, Continuation answer, Function<int[], String> text, Reward reward) {
    String said = text.apply(answer.toArray());
    Answer read = AnswerReader.read(said);
    float[] figures = new float[FIGURES];
    double worth = reward.of(group.image().truth(), said, read);
    if (!Double.isFinite(worth)) {
      throw new ArithmeticException(
          "The reward of an answer to image %s is %s: %s"
              .formatted(group.image().example().imageId(), worth, said));
    }
    figures[REWARD] = (float) worth;
    figures[CHOICES] = answer.choices().size();
    figures[TOKENS] = answer.tokens().size();
    figures[WHOLE] = answer.complete() ? 1 : 0;
    figures[READ] = read.point().isPresent() ? 1 : 0;
    figures[KILOMETERS] =
        read.point()
            .map(point -> DistanceModel.SPHERE_6371.kilometers(group.image().truth(), point))
            .orElse(0.0)
            .floatValue();
    figures[SURPRISE] =
        -(float) answer.choices().stream().mapToDouble(Choice::logProbability).sum();
    return figures;
  }

  /** The index of an answer among those of the batch. */
  int index(int image, int k) {
    return image * answers + k;
  }

  private float[] column(int figure) {
    float[] column = new float[figures.length / FIGURES];
    for (int i = 0; i < column.length; i++) {
      column[i] = figures[i * FIGURES + figure];
    }
    return column;
  }

  private double sum(int figure) {
    return IntStream.range(0, count()).mapToDouble(i -> figures[i * FIGURES + figure]).sum();
  }

  private int count() {
    return figures.length / FIGURES;
  }

  float[] rewards() {
    return column(REWARD);
  }

  /** Tokens that each answer has to learn from: what the model chose. */
  int[] choices() {
    float[] column = column(CHOICES);
    return IntStream.range(0, column.length).map(i -> (int) column[i]).toArray();
  }

  /** Whether each answer was not cut off. */
  boolean[] isWhole() {
    float[] column = column(WHOLE);
    boolean[] whole = new boolean[column.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = column[i] > 0;
    }
    return whole;
  }

  double meanReward() {
    return sum(REWARD) / count();
  }

  /** Of all answers, with Bessel's correction. */
  double rewardDeviation() {
    return PolicyObjective.deviation(rewards(), 0, count());
  }

  /** Share of images whose answers are all worth the same. */
  double withoutSpread() {
    float[] rewards = rewards();
    long alike =
        IntStream.range(0, count() / answers)
            .map(image -> image * answers)
            .filter(from -> isAlike(rewards, from))
            .count();
    return (double) alike * answers / count();
  }

  private boolean isAlike(float[] rewards, int from) {
    return IntStream.range(from, from + answers).allMatch(i -> rewards[i] == rewards[from]);
  }

  /** Tokens of an answer, those that it had no choice about included. */
  double meanTokens() {
    return sum(TOKENS) / count();
  }

  /** Share of answers in which a point was read. */
  double readShare() {
    return sum(READ) / count();
  }

  /** Of the answers in which a point was read, in km. */
  OptionalDouble medianKilometers() {
    float[] read = column(READ);
    float[] kilometers = column(KILOMETERS);
    double[] known =
        IntStream.range(0, read.length)
            .filter(i -> read[i] > 0)
            .mapToDouble(i -> kilometers[i])
            .toArray();
    return known.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Quantiles.median().compute(known));
  }

  /**
   * Nats a token: the mean of {@code -ln p} over all that was chosen, at temperature 1. Where
   * answers are drawn at that temperature, an estimate of the entropy without bias.
   */
  double entropy() {
    return sum(SURPRISE) / Math.max(1, sum(CHOICES));
  }
}
