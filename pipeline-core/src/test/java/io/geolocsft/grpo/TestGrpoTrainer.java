package io.geolocsft.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.SmallGemma;
import io.geolocsft.generate.Generator;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.grpo.PolicyObjective.LossType;
import io.geolocsft.grpo.PolicyObjective.Scaling;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.LoraConfig;
import io.geolocsft.reward.Reward;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import io.geolocsft.training.Checkpoints;
import io.geolocsft.training.FeatureCache;
import io.geolocsft.training.FolderFiles;
import io.geolocsft.training.Lockstep;
import io.geolocsft.training.Optimization;
import io.geolocsft.training.Savings;
import io.geolocsft.training.TrainingExample;
import io.geolocsft.training.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Training by rewards of a small Gemma that is to say one word rather than any other. */
class TestGrpoTrainer {

  private static final int IMAGES = 6;
  private static final int ANSWERS = 4;
  private static final int LONGEST = 5;
  private static final int STOP = 1;

  /** The share of an answer's words that are this one. */
  private static final int WANTED = 20;

  private static final Reward REWARD =
      (truth, text, answer) -> {
        String[] words = text.split(" ");
        return (double) Arrays.stream(words).filter(("w" + WANTED)::equals).count() / LONGEST;
      };

  @TempDir private Path folder;

  private Reward reward = REWARD;

  private double targetWeight;

  /** Arrays that DJL held after each step. */
  private final List<Integer> live = new ArrayList<>();

  @BeforeAll
  static void loadEngineOnThisThread() {
    // DJL switches gradients off on the thread that loads the engine, and on no other.
    assertThat(SmallGemma.liveArrays()).isNotNegative();
  }

  /** What differs between the tests. */
  private record Run(
      LossType lossType,
      double beta,
      int iterations,
      int microBatch,
      int epochs,
      Validation validation) {

    PolicySettings settings(double targetWeight) {
      PolicyObjective objective =
          new PolicyObjective(
              lossType,
              Scaling.GROUP,
              ANSWERS,
              0.2,
              0.28,
              beta,
              true,
              false,
              targetWeight,
              LONGEST,
              2);
      return new PolicySettings(
          objective,
          1,
          LONGEST,
          iterations,
          Optimization.constant(2e-2),
          epochs,
          4,
          microBatch,
          2,
          validation,
          1,
          7,
          WireType.FLOAT32,
          Savings.USUAL);
    }
  }

  private record Result(List<GrpoReport> reports, Map<String, float[]> adapter) {

    List<Double> rewards() {
      return reports.stream().map(GrpoReport::reward).toList();
    }
  }

  private static LocatedExample image(int number) {
    Random random = new Random(number);
    int[] tokens = random.ints(3 + SmallGemma.IMAGE_TOKENS + 2, 2, 30).toArray();
    Arrays.fill(tokens, 2, 2 + SmallGemma.IMAGE_TOKENS, SmallGemma.IMAGE_TOKEN);
    tokens[tokens.length - 1] = STOP;
    TrainingExample example =
        new TrainingExample("image-" + number, tokens, tokens.length - 2, "", "hash" + number);
    return new LocatedExample(example, new GeoPoint(number, number));
  }

  private static float[][] pixels(TrainingExample example) {
    Random random = new Random(example.sha256().hashCode());
    float[] pixels = new float[SmallGemma.PIXELS];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat() * 2 - 1;
    }
    return new float[][] {pixels};
  }

  private static String text(int[] tokens) {
    return String.join(" ", IntStream.of(tokens).mapToObj(token -> "w" + token).toList());
  }

  private Result train(Run run, String place) throws IOException {
    return train(run, place, AllReduce.SINGLE, Optional.empty(), Integer.MAX_VALUE);
  }

  private Result train(
      Run run, String place, AllReduce ranks, Optional<FeatureCache> features, int killedAfter)
      throws IOException {
    List<GrpoReport> reports = new ArrayList<>();
    LoraConfig lora = new LoraConfig(2, 4, 0.5, LoraConfig.ALL_LINEAR, false);
    try (GemmaModel base = SmallGemma.random(3);
        LoraAdapter adapter = LoraAdapter.create(lora, base, 5);
        LoraAdapter start = LoraAdapter.create(lora, base, 5);
        GrpoTrainer trainer =
            new GrpoTrainer(
                run.settings(targetWeight),
                base,
                adapter,
                Optional.of(start),
                TestGrpoTrainer::pixels,
                ranks)) {
      trainer.train(
          IntStream.range(0, IMAGES).mapToObj(TestGrpoTrainer::image).toList(),
          (model, sampling) -> new Generator(model, Set.of(STOP), sampling),
          TestGrpoTrainer::text,
          reward,
          features,
          new Checkpoints(new FolderFiles(folder.resolve(place)), Map.of(), 3),
          report -> {
            reports.add(report);
            live.add(SmallGemma.liveArrays());
            if (report.step() == killedAfter) {
              throw new Killed();
            }
          });
      Map<String, float[]> values = new LinkedHashMap<>();
      for (Map.Entry<String, NDArray> tensor : adapter.tensors().entrySet()) {
        values.put(tensor.getKey(), tensor.getValue().toFloatArray());
      }
      return new Result(reports, values);
    }
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static void assertClose(Result actual, Result expected) {
    assertThat(actual.rewards()).isEqualTo(expected.rewards());
    expected
        .adapter()
        .forEach(
            (name, values) ->
                assertThat(actual.adapter().get(name))
                    .as(name)
                    .containsExactly(values, offset(2e-4f)));
  }

  @ParameterizedTest
  @EnumSource(
      value = LossType.class,
      names = {"DAPO", "BEST_OF"})
  void rewardRises(LossType lossType) throws IOException {
    Result result = train(new Run(lossType, 0, 1, 3, 30, Validation.NONE), "run");
    double begin = mean(result.rewards().subList(0, 6));
    double end = mean(result.rewards().subList(54, 60));
    assertThat(begin).isLessThan(0.1);
    assertThat(end).as("%s", result.rewards()).isGreaterThan(0.25);
    double most = result.reports().stream().mapToDouble(GrpoReport::loss).max().orElseThrow();
    assertThat(most > 1).as("a cross-entropy").isEqualTo(lossType == LossType.BEST_OF);
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 1", "3, 0, 1", "1, 0.1, 2", "3, 0.1, 2"})
  void microBatchAndFeatureCacheChangeNothing(int microBatch, double beta, int iterations)
      throws IOException {
    Run run = new Run(LossType.DAPO, beta, iterations, 2, 2, Validation.NONE);
    Run other = new Run(LossType.DAPO, beta, iterations, microBatch, 2, Validation.NONE);
    targetWeight = beta;
    FeatureCache cache =
        new FeatureCache(new FolderFiles(folder), "tower", SmallGemma.IMAGE_TOKENS * 16);
    Result expected = train(run, "one");
    Result actual = train(other, "other", AllReduce.SINGLE, Optional.of(cache), Integer.MAX_VALUE);
    assertThat(expected.reports()).hasSize(4);
    assertClose(actual, expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void ranksDrawTheSameAnswersAndTakeTheSameSteps(int ranks) throws IOException {
    Run run = new Run(LossType.GRPO, 0.1, 2, 1, 1, new Validation(1 / 3.0, 1, 0, true));
    targetWeight = 0.5;
    Result expected = train(run, "one");
    Lockstep lockstep = new Lockstep(ranks);
    Result first = null;
    for (int round = 0; first == null; round++) {
      for (int rank = 0; rank < ranks; rank++) {
        try {
          // A folder each time: a run that is begun anew must not go on from a checkpoint.
          Result result =
              train(
                  run,
                  "ranks-" + ranks + "-" + round + "-" + rank,
                  lockstep.rank(rank),
                  Optional.empty(),
                  Integer.MAX_VALUE);
          first = rank == 0 ? result : first;
        } catch (Lockstep.Stop e) {
          assertThat(round).isLessThan(100);
        }
      }
    }
    assertClose(first, expected);
    assertThat(first.reports().get(0).heldOutReward().orElseThrow())
        .isCloseTo(expected.reports().get(0).heldOutReward().orElseThrow(), offset(1e-6));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1})
  void resumedRunEqualsStraightRunBitForBit(double beta) throws IOException {
    Run run = new Run(LossType.DAPO, beta, 2, 2, 2, Validation.NONE);
    targetWeight = beta;
    Result straight = train(run, "straight");
    assertThatThrownBy(() -> train(run, "killed", AllReduce.SINGLE, Optional.empty(), 2))
        .isInstanceOf(Killed.class);
    Result resumed = train(run, "killed");
    assertThat(resumed.rewards()).isEqualTo(straight.rewards().subList(2, 4));
    straight
        .adapter()
        .forEach((name, values) -> assertThat(resumed.adapter().get(name)).isEqualTo(values));
  }

  @Test
  void aModelThatStaysNearItsStartDivergesLess() throws IOException {
    Result free = train(new Run(LossType.DAPO, 1e-6, 1, 3, 10, Validation.NONE), "free");
    Result held = train(new Run(LossType.DAPO, 10, 1, 3, 10, Validation.NONE), "held");
    assertThat(free.reports().get(0).divergence()).isCloseTo(0, offset(1e-9));
    assertThat(held.reports().get(19).divergence())
        .isLessThan(0.2 * free.reports().get(19).divergence());
  }

  @Test
  void ratiosAreClippedFromTheSecondIterationOnAlone() throws IOException {
    Result once = train(new Run(LossType.DAPO, 0, 1, 3, 2, Validation.NONE), "once");
    Result often = train(new Run(LossType.DAPO, 0, 8, 3, 2, Validation.NONE), "often");
    assertThat(once.reports()).allMatch(report -> report.clipped() == 0);
    assertThat(often.reports().get(3).clipped()).isPositive();
  }

  @Test
  void answersThatAreWorthTheSameTeachNothing() throws IOException {
    Run run = new Run(LossType.DAPO, 0, 1, 3, 1, Validation.NONE);
    reward = (truth, text, answer) -> 0.5;
    Result alike = train(run, "alike");
    assertThat(alike.reports()).allMatch(report -> report.withoutSpread() == 1);
    assertThat(alike.reports()).allMatch(report -> report.gradientNorm() == 0);
    alike
        .adapter()
        .forEach(
            (name, values) -> {
              if (name.endsWith("lora_B.weight")) {
                assertThat(values).as(name).containsOnly(0);
              }
            });
  }

  @Test
  void targetsAreLearnedBesideAnswersThatTeachNothing() throws IOException {
    reward = (truth, text, answer) -> 0.5;
    targetWeight = 1;
    Result result = train(new Run(LossType.DAPO, 0, 1, 3, 20, Validation.NONE), "run");
    List<Double> losses = result.reports().stream().map(GrpoReport::loss).toList();
    assertThat(losses.get(0)).as("of 30 words").isGreaterThan(2);
    assertThat(losses.get(39)).as("%s", losses).isLessThan(0.5 * losses.get(0));
  }

  @Test
  void noStepLeavesArraysBehind() throws IOException {
    train(new Run(LossType.DAPO, 0.1, 2, 1, 8, new Validation(1 / 3.0, 1, 0, false)), "run");
    assertThat(live.get(live.size() - 1)).isEqualTo(live.get(1));
  }
}
