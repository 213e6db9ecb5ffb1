package io.geolocsft.sft;

import static io.geolocsft.sft.SmallTraining.assertEqual;
import static io.geolocsft.sft.SmallTraining.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.geolocsft.gemma.SmallGemma;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.sft.SmallTraining.Result;
import io.geolocsft.sft.SmallTraining.Run;
import io.geolocsft.training.Checkpoints;
import io.geolocsft.training.FolderFiles;
import io.geolocsft.training.TrainingExample;
import io.geolocsft.training.Validation;
import io.geolocsft.training.Validation.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestValidation {

  private static final Validation THIRD = new Validation(1 / 3.0, 2, 0, false);

  /** Eight rows to learn by heart, which those held out get worse by in the end. */
  private static final Run LONG = new Run(12, 8, 4, 60, 0);

  @TempDir private Path folder;

  @BeforeAll
  static void loadEngineOnThisThread() {
    // DJL switches gradients off on the thread that loads the engine, and on no other.
    assertThat(SmallGemma.liveArrays()).isNotNegative();
  }

  private Checkpoints checkpoints(String name) {
    return new Checkpoints(new FolderFiles(folder.resolve(name)), Map.of(), 2);
  }

  /** The validation losses of a run, by step. */
  private Map<Integer, Double> looks(Run run, String name) throws IOException {
    Map<Integer, Double> looks = new TreeMap<>();
    train(
        run,
        Optional.empty(),
        checkpoints(name),
        AllReduce.SINGLE,
        report -> report.validationLoss().ifPresent(loss -> looks.put(report.step(), loss)));
    return looks;
  }

  @Test
  void whatIsHeldOutDependsOnIdsAndSeedAlone() {
    List<TrainingExample> rows = new Run(30, 1, 1, 1, 0).rows();
    Split split = THIRD.split(rows, 7);
    assertThat(split.heldOut()).hasSize(10);
    assertThat(split.training()).hasSize(20).doesNotContainAnyElementsOf(split.heldOut());
    List<TrainingExample> turned = new ArrayList<>(rows);
    Collections.reverse(turned);
    assertThat(THIRD.split(turned, 7).heldOut())
        .containsExactlyInAnyOrderElementsOf(split.heldOut());
    assertThat(THIRD.split(rows, 8).heldOut()).isNotEqualTo(split.heldOut());
    assertThat(Validation.NONE.split(rows, 7).training()).isEqualTo(rows);
    assertThatThrownBy(() -> new Validation(0.01, 1, 0, true).split(rows, 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.01 of 30 examples holds out 0");
  }

  @Test
  void lossesOfHeldOutRowsAreTakenAtTheirStepsAndTheLast() throws IOException {
    Run run = new Run(9, 2, 2, 1, 0).with(THIRD);
    Map<Integer, Double> looks = looks(run, "whole");
    assertThat(looks.keySet()).containsExactly(1, 2);
    assertThat(looks(run.with(1), "parts").get(2)).isCloseTo(looks.get(2), offset(1e-5));
    assertThat(looks.get(2)).isBetween(2.0, 5.0);
  }

  @Test
  void lookingChangesNoStep() throws IOException {
    Run seldom = new Run(9, 2, 2, 2, 0.2).with(new Validation(1 / 3.0, 100, 0, false));
    Run often = seldom.with(new Validation(1 / 3.0, 1, 0, false));
    Result expected = train(seldom, Optional.empty(), checkpoints("seldom"));
    Result actual = train(often, Optional.empty(), checkpoints("often"));
    assertEqual(actual.tensors(), expected.tensors());
  }

  @Test
  void theBestIsTheResultAlsoOfARunThatWasKilledAfterIt() throws IOException {
    Run run = LONG.with(new Validation(1 / 3.0, 1, 0, true));
    Map<Integer, Double> looks = looks(run, "looks");
    int best = looks.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
    assertThat(best).as("of %s", looks).isBetween(31, 58);

    Map<String, float[]> expected = after(best);
    Result straight = train(run, Optional.empty(), checkpoints("straight"));
    assertEqual(straight.tensors(), expected);
    killAt(run, 40);
    Result resumed = train(run, Optional.empty(), checkpoints("killed"));
    assertThat(resumed.losses()).hasSize(30);
    assertEqual(resumed.tensors(), expected);
    Result finished = train(run, Optional.empty(), checkpoints("killed"));
    assertThat(finished.losses()).isEmpty();
    assertEqual(finished.tensors(), expected);
  }

  private Map<String, float[]> after(int step) throws IOException {
    return SmallTraining.after(step, LONG.with(THIRD), checkpoints("after"));
  }

  private void killAt(Run run, int step) {
    assertThatThrownBy(
            () ->
                train(
                    run,
                    Optional.empty(),
                    checkpoints("killed"),
                    AllReduce.SINGLE,
                    report -> {
                      if (report.step() == step) {
                        throw new IOException("killed");
                      }
                    }))
        .hasMessage("killed");
  }

  @Test
  void trainingEndsWhenLooksNoLongerPay() throws IOException {
    Run patient = LONG.with(new Validation(1 / 3.0, 1, 3, true));
    List<OptionalDouble> losses = new ArrayList<>();
    train(
        patient,
        Optional.empty(),
        checkpoints("early"),
        AllReduce.SINGLE,
        report -> losses.add(report.validationLoss()));
    assertThat(losses).hasSizeBetween(5, 50);
    double lowest = losses.get(losses.size() - 4).orElseThrow();
    assertThat(losses.subList(losses.size() - 3, losses.size()))
        .allMatch(loss -> loss.orElseThrow() >= lowest);
    Result again = train(patient, Optional.empty(), checkpoints("early"));
    assertThat(again.losses()).as("it is over").isEmpty();
    assertEqual(again.tensors(), after(losses.size() - 4));
  }
}
