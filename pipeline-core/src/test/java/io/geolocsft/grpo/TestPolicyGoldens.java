package io.geolocsft.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.Resources;
import com.google.common.primitives.Booleans;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Ints;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.SmallGemma;
import io.geolocsft.grpo.PolicyObjective.LossType;
import io.geolocsft.grpo.PolicyObjective.Scaling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Advantages, losses and gradients against those of TRL's GRPOTrainer. */
class TestPolicyGoldens {

  private static final float TOLERANCE = 1e-5f;
  private static final JsonNode GOLDEN = golden();

  private static JsonNode golden() {
    try {
      return new ObjectMapper().readTree(Resources.getResource("goldens/grpo.json"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeAll
  static void loadEngineOnThisThread() {
    // DJL switches gradients off on the thread that loads the engine, and on no other.
    assertThat(SmallGemma.liveArrays()).isNotNegative();
  }

  private static <T> List<T> list(JsonNode array, Function<JsonNode, T> value) {
    List<T> all = new ArrayList<>();
    array.forEach(element -> all.add(value.apply(element)));
    return all;
  }

  private static float[] floats(JsonNode array) {
    return Floats.toArray(list(array, JsonNode::doubleValue));
  }

  private static PolicyObjective objective(
      LossType lossType, Scaling scaling, double beta, boolean unbiased, boolean maskTruncated) {
    return new PolicyObjective(
        lossType,
        scaling,
        GOLDEN.get("answers").intValue(),
        GOLDEN.get("epsilon").doubleValue(),
        GOLDEN.get("epsilon_high").doubleValue(),
        beta,
        unbiased,
        maskTruncated,
        0,
        GOLDEN.get("longest").intValue(),
        GOLDEN.get("local_images").intValue());
  }

  @ParameterizedTest
  @EnumSource(Scaling.class)
  void advantagesAreTrls(Scaling scaling) {
    JsonNode expected = GOLDEN.get("scaled").get(scaling.name().toLowerCase(Locale.ROOT));
    assertThat(
            objective(LossType.DAPO, scaling, 0, false, false)
                .advantages(floats(GOLDEN.get("rewards"))))
        .containsExactly(
            Doubles.toArray(list(expected, JsonNode::doubleValue)), offset((double) TOLERANCE));
  }

  static Stream<JsonNode> cases() {
    return list(GOLDEN.get("cases"), node -> node).stream();
  }

  /** TRL's rows are padded; here only what counts is there. */
  @ParameterizedTest
  @MethodSource("cases")
  void lossesAndGradientsAreTrls(JsonNode golden) {
    double beta = golden.get("beta").doubleValue();
    boolean isOld = golden.get("old").booleanValue();
    LossType lossType =
        LossType.valueOf(golden.get("objective").textValue().toUpperCase(Locale.ROOT));
    PolicyObjective objective =
        objective(
            lossType,
            Scaling.GROUP,
            beta,
            golden.get("unbiased").booleanValue(),
            golden.get("mask_truncated").booleanValue());
    int[] lengths = Ints.toArray(list(GOLDEN.get("lengths"), JsonNode::intValue));
    float[] advantages = floats(GOLDEN.get("advantages"));
    double[] weights =
        objective.weights(
            lengths,
            Booleans.toArray(list(GOLDEN.get("whole"), JsonNode::booleanValue)),
            Doubles.toArray(Floats.asList(advantages)));
    List<Float> each = new ArrayList<>();
    List<Float> advantageOfEach = new ArrayList<>();
    for (int answer = 0; answer < lengths.length; answer++) {
      for (int i = 0; i < lengths[answer]; i++) {
        each.add((float) weights[answer]);
        advantageOfEach.add(advantages[answer]);
      }
    }
    try (GemmaModel model = SmallGemma.random(3);
        NDManager scope = model.newScope();
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray logP = scope.create(tokens(GOLDEN.get("log_p"), lengths));
      logP.setRequiresGradient(true);
      NDArray none = scope.zeros(new Shape(0));
      NDList results =
          loss(
              model,
              logP,
              isOld ? scope.create(tokens(GOLDEN.get("old"), lengths)) : none,
              beta > 0 ? scope.create(tokens(GOLDEN.get("reference"), lengths)) : none,
              scope.create(Floats.toArray(advantageOfEach)),
              scope.create(Floats.toArray(each)),
              scope.create(new boolean[each.size()]),
              limits(scope, objective));
      collector.backward(results.get(0));
      assertThat(results.get(0).getFloat())
          .isCloseTo(golden.get("loss").floatValue(), offset(TOLERANCE));
      assertThat(logP.getGradient().toFloatArray())
          .containsExactly(tokens(golden.get("gradient"), lengths), offset(TOLERANCE));
      assertThat(results.get(1).getFloat() > 0).as("some ratios are clipped").isEqualTo(isOld);
    }
  }

  /** The kernel's results, with a graph. */
  private static NDList loss(GemmaModel model, NDArray... inputs) {
    return model.kernels().callForTraining("policy_loss", new NDList(inputs));
  }

  private static NDArray limits(NDManager scope, PolicyObjective objective) {
    return scope
        .newSubManager(Device.cpu())
        .create(
            new double[] {
              1 - objective.epsilon(),
              1 + objective.epsilonHigh(),
              objective.beta(),
              objective.unbiased() ? 1 : 0
            });
  }

  private static float[] tokens(JsonNode rows, int[] lengths) {
    List<Float> all = new ArrayList<>();
    for (int row = 0; row < lengths.length; row++) {
      for (int i = 0; i < lengths[row]; i++) {
        all.add(rows.get(row).get(i).floatValue());
      }
    }
    return Floats.toArray(all);
  }

  /** k3 of a probability of 1/4 where the reference gives 1/2: 2 - ln 2 - 1. */
  @Test
  void divergenceIsThatOfTheHand() {
    try (GemmaModel model = SmallGemma.random(3);
        NDManager scope = model.newScope()) {
      NDArray none = scope.zeros(new Shape(0));
      NDArray zero = scope.create(new float[] {0});
      NDList results =
          model
              .kernels()
              .call(
                  "policy_loss",
                  new NDList(
                      scope.create(new float[] {(float) Math.log(0.25)}),
                      none,
                      scope.create(new float[] {(float) Math.log(0.5)}),
                      zero,
                      scope.create(new float[] {1}),
                      scope.create(new boolean[1]),
                      limits(scope, objective(LossType.DAPO, Scaling.NONE, 0.5, true, false))));
      double k3 = 1 - Math.log(2);
      assertThat(results.get(2).getFloat()).isCloseTo((float) k3, offset(1e-6f));
      assertThat(results.get(0).getFloat()).isCloseTo((float) (k3 / 2), offset(1e-6f));
    }
  }

  /** Also where a ratio of probabilities is beyond any number. */
  @Test
  void anImitatedTokenHasItsCrossEntropyWhateverItWas() {
    try (GemmaModel model = SmallGemma.random(3);
        NDManager scope = model.newScope();
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray logP = scope.create(new float[] {-1, -1});
      logP.setRequiresGradient(true);
      NDList results =
          loss(
              model,
              logP,
              scope.create(new float[] {-200, -3}),
              scope.create(new float[] {-2, 200}),
              scope.create(new float[] {0, 0}),
              scope.create(new float[] {0.5f, 0}),
              scope.create(new boolean[] {true, true}),
              limits(scope, objective(LossType.DAPO, Scaling.NONE, 0.5, true, false)));
      collector.backward(results.get(0));
      assertThat(results.stream().map(NDArray::getFloat)).containsExactly(0.5f, 0f, 0f);
      assertThat(logP.getGradient().toFloatArray()).containsExactly(-0.5f, 0);
    }
  }

  /** Differences of a group without spread are all zero, whatever they are divided by. */
  @Test
  void theBestAnswerIsTheFirstOfTheBest() {
    PolicyObjective objective = objective(LossType.BEST_OF, Scaling.GROUP, 0, false, false);
    double[] advantages = objective.advantages(new float[] {1, 3, 3, 2, 5, 5, 5, 5});
    assertThat(advantages).containsExactly(0, 1, 0, 0, 0, 0, 0, 0);
    boolean[] whole = {true, true, true, true, true, true, true, true};
    assertThat(objective.weights(new int[] {3, 4, 5, 6, 3, 4, 5, 6}, whole, advantages))
        .containsExactly(0, 0.25, 0, 0, 0, 0, 0, 0);
  }
}
