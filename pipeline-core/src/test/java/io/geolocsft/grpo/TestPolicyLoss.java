package io.geolocsft.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import com.google.common.primitives.Ints;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.SmallGemma;
import io.geolocsft.gemma.TokenBatch;
import io.geolocsft.gemma.TokenBatch.Padding;
import io.geolocsft.generate.Continuation;
import io.geolocsft.generate.Continuation.Choice;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.grpo.PolicyBatch.Lesson;
import io.geolocsft.grpo.PolicyBatch.Lessons;
import io.geolocsft.grpo.PolicyObjective.LossType;
import io.geolocsft.grpo.PolicyObjective.Scaling;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.LoraConfig;
import io.geolocsft.training.PhaseClock;
import io.geolocsft.training.Savings;
import io.geolocsft.training.TokenPass;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Log-probabilities of answers side by side, against those of rows of their own. */
class TestPolicyLoss {

  private static final double TEMPERATURE = 0.7;
  private static final int[] PROMPT = {2, 7, 8, 9};

  /** An image's token that a model wrote is a word as any other. */
  private static final int WRITTEN_IMAGE = 30;

  /** Of several words each, which answers have in common. */
  private static final List<BitSet> SETS =
      List.of(
          BitSet.valueOf(new long[] {0b1111_1111_1100}),
          BitSet.valueOf(new long[] {0b1111_1111L << 20}));

  /** Both begin alike. The last choice ends the second answer. */
  private static List<Continuation> answers(boolean constrained) {
    return List.of(
        new Continuation(
            List.of(4, 5, 3, WRITTEN_IMAGE, 21, 8),
            List.of(
                new Choice(2, 3, constrained ? SETS.get(0) : null, -1),
                new Choice(4, 21, constrained ? SETS.get(1) : null, -1),
                new Choice(5, 8, constrained ? SETS.get(0) : null, -1)),
            false),
        new Continuation(
            List.of(4, 5, 9),
            List.of(
                new Choice(2, 9, constrained ? SETS.get(0) : null, -1),
                new Choice(3, 22, constrained ? SETS.get(1) : null, -1)),
            true));
  }

  @ParameterizedTest
  @CsvSource({
    "true, 1000, 1",
    "true, 1000, 1000000",
    "true, 32, 1",
    "true, 32, 1000000",
    "false, 32, 1",
    "false, 32, 1000000"
  })
  void probabilitiesAreAmongWhatWasAllowed(boolean constrained, int vocabulary, long logits)
      throws IOException {
    LoraConfig lora = new LoraConfig(2, 4, 0.5, LoraConfig.ALL_LINEAR, false);
    TrainingExample example = new TrainingExample("image", Ints.concat(PROMPT, PROMPT), 4, "", "");
    List<Lesson> lessons =
        List.of(
            Lesson.drawn(answers(constrained).get(0), 1, 0.25),
            Lesson.imitated(answers(constrained).get(1), 0.5));
    PolicyBatch batch =
        PolicyBatch.of(
            List.of(new Lessons(new LocatedExample(example, new GeoPoint(0, 0)), lessons)),
            0,
            image -> new float[0][],
            false,
            0,
            WRITTEN_IMAGE,
            vocabulary);
    assertThat(batch.rows().tokens().length()).as("prompt, opening, answers").isEqualTo(4 + 2 + 4);
    try (GemmaModel base = SmallGemma.random(3);
        LoraAdapter adapter = LoraAdapter.create(lora, base, 5);
        GemmaModel model = base.with(adapter.withoutDropout());
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      adapter.tensors().values().forEach(tensor -> tensor.setRequiresGradient(true));
      PolicyObjective objective =
          new PolicyObjective(LossType.DAPO, Scaling.NONE, 2, 0.2, 0.2, 0, true, false, 0, 9, 1);
      PolicyLoss loss =
          new PolicyLoss(
              new TokenPass(model, new Savings(true, false, logits), 0), objective, TEMPERATURE);
      float[] old = new float[5];
      PolicyLoss.Result result =
          loss.accumulate(batch, old, true, new float[0], 0, collector, new PhaseClock());
      assertThat(result.loss())
          .as("ratios of 1 times the advantage, and the target's cross-entropy")
          .isCloseTo(-3 * 0.25 - 0.5 * (old[3] + old[4]), offset(1e-5));
      float[] read = new float[5];
      loss.readReference(batch, model, read);
      assertThat(read).containsExactly(old, offset(1e-5f));
      List<Double> expected = new ArrayList<>();
      for (Continuation answer : answers(constrained)) {
        for (Choice choice : answer.choices()) {
          expected.add(expected(model, answer, choice));
        }
      }
      for (int i = 0; i < old.length; i++) {
        assertThat((double) old[i]).as("choice %d", i).isCloseTo(expected.get(i), offset(1e-5));
      }
    }
  }

  private static double expected(GemmaModel model, Continuation answer, Choice choice) {
    int[] row = Ints.concat(PROMPT, Ints.toArray(answer.tokens().subList(0, choice.at())));
    try (NDManager scope = model.newScope()) {
      TokenBatch alone = TokenBatch.of(List.of(row), Padding.RIGHT, SmallGemma.IMAGE_TOKEN);
      NDArray hidden = model.hiddenStates(scope, alone, null, false);
      NDArray at = scope.create(new long[] {row.length - 1});
      float[] logits = model.logits(hidden, at).toFloatArray();
      double sum = 0;
      for (int word = 0; word < logits.length; word++) {
        boolean isAllowed = choice.allowed() == null || choice.allowed().get(word);
        sum += isAllowed ? Math.exp(logits[word] / TEMPERATURE) : 0;
      }
      return logits[choice.token()] / TEMPERATURE - Math.log(sum);
    }
  }
}
