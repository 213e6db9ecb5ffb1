package io.geolocsft.sft;

import static io.geolocsft.sft.SmallTraining.assertClose;
import static io.geolocsft.sft.SmallTraining.assertEqual;
import static io.geolocsft.sft.SmallTraining.pixels;
import static io.geolocsft.sft.SmallTraining.train;
import static io.geolocsft.sft.SmallTraining.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GemmaWeights;
import io.geolocsft.gemma.SmallGemma;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.sft.SmallTraining.Result;
import io.geolocsft.sft.SmallTraining.Run;
import io.geolocsft.training.Checkpoints;
import io.geolocsft.training.FeatureCache;
import io.geolocsft.training.FolderFiles;
import io.geolocsft.training.Lockstep;
import io.geolocsft.training.Lockstep.Stop;
import io.geolocsft.training.OtherRunException;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestTrainer {

  private static final int FEATURES = SmallGemma.IMAGE_TOKENS * 16;
  private static final Run SIX_STEPS = new Run(12, 4, 4, 2, 0);

  @TempDir private Path folder;

  @BeforeAll
  static void loadEngineOnThisThread() {
    // DJL switches gradients off on the thread that loads the engine, and on no other.
    assertThat(SmallGemma.liveArrays()).isNotNegative();
  }

  private Checkpoints checkpoints(String name) {
    return checkpoints(name, "run");
  }

  private Checkpoints checkpoints(String name, String run) {
    return new Checkpoints(new FolderFiles(folder.resolve(name)), Map.of("name", run), 3);
  }

  private Optional<FeatureCache> cache() {
    return Optional.of(new FeatureCache(new FolderFiles(folder), "tower", FEATURES));
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "3, false", "1, true", "2, true", "4, true"})
  void microBatchAndFeatureCacheChangeNothing(int microBatch, boolean cached) throws IOException {
    Result expected = train(SIX_STEPS, Optional.empty(), checkpoints("whole"));
    Optional<FeatureCache> cache = cached ? cache() : Optional.empty();
    Result actual = train(SIX_STEPS.with(microBatch), cache, checkpoints("parts"));
    assertThat(expected.losses()).hasSize(6);
    assertClose(actual, expected);
  }

  @Test
  void bfloat16ModelFillsTheCacheAndLearns() throws IOException {
    GemmaConfig config = SmallGemma.config();
    List<Double> losses = new ArrayList<>();
    try (GemmaModel base = halved(config);
        Trainer trainer =
            new Trainer(
                new Run(4, 4, 2, 30, 0).settings(true),
                base,
                SmallTraining::pixels,
                AllReduce.SINGLE)) {
      trainer.train(
          new Run(4, 4, 2, 30, 0).rows(),
          cache(),
          checkpoints("bfloat16"),
          report -> losses.add(report.loss()));
    }
    assertThat(losses.get(29)).isLessThan(0.8 * losses.get(0));
  }

  private GemmaModel halved(GemmaConfig config) throws IOException {
    try (GemmaWeights weights = GemmaWeights.random(config, Device.cpu(), 3)) {
      weights.save(folder, DataType.BFLOAT16, Map.of());
    }
    return GemmaModel.of(
        config, GemmaWeights.load(folder, config, Device.cpu(), DataType.BFLOAT16));
  }

  /** Nothing that a graph refers to may be let go of before the graph itself. */
  @Test
  void garbageCollectionsChangeNothing() throws Exception {
    Run run = new Run(24, 8, 4, 16, 0);
    Result expected = train(run, Optional.empty(), checkpoints("quiet"));
    ExecutorService collector = Executors.newSingleThreadExecutor();
    try {
      collector.execute(
          () -> {
            while (!Thread.currentThread().isInterrupted()) {
              long begin = System.nanoTime();
              System.gc();
              // A collection stops the world, and takes longer the more tests ran before.
              LockSupport.parkNanos(Math.max(2_000_000, System.nanoTime() - begin));
            }
          });
      for (int round = 0; round < 4; round++) {
        Result actual = train(run, Optional.empty(), checkpoints("round-" + round));
        assertThat(actual.losses()).as("round %d", round).isEqualTo(expected.losses());
        assertEqual(actual.tensors(), expected.tensors());
      }
    } finally {
      collector.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.2})
  void resumedRunEqualsStraightRunBitForBit(double dropout) throws Exception {
    Run run = new Run(12, 4, 2, 2, dropout);
    Result straight = train(run, Optional.empty(), checkpoints("straight"));
    killAfterThreeSteps(run);
    Result resumed = train(run, Optional.empty(), checkpoints("killed"));
    assertThat(resumed.losses()).isEqualTo(straight.losses().subList(3, 6));
    assertEqual(resumed.tensors(), straight.tensors());
  }

  @Test
  void runResumesOnAThreadThatDidNotLoadTheEngine() throws Exception {
    Result straight = train(SIX_STEPS, Optional.empty(), checkpoints("straight"));
    killAfterThreeSteps(SIX_STEPS);
    Callable<Result> resume = () -> train(SIX_STEPS, Optional.empty(), checkpoints("killed"));
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      assertEqual(other.submit(resume).get().tensors(), straight.tensors());
    } finally {
      other.shutdown();
    }
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private void killAfterThreeSteps(Run run) throws IOException {
    Checkpoints checkpoints = checkpoints("killed");
    assertThatThrownBy(
            () ->
                train(
                    run,
                    Optional.empty(),
                    checkpoints,
                    AllReduce.SINGLE,
                    report -> {
                      // A step is reported before its checkpoint is saved.
                      if (report.step() == 3) {
                        throw new Killed();
                      }
                    }))
        .isInstanceOf(Killed.class);
  }

  @Test
  void damagedNewestCheckpointIsPassedOver() throws IOException {
    Result straight = train(SIX_STEPS, Optional.empty(), checkpoints("straight"));
    killAfterThreeSteps(SIX_STEPS);
    Path newest = folder.resolve("killed/checkpoints/step-00000003/state.safetensors");
    Files.write(newest, Arrays.copyOf(Files.readAllBytes(newest), 100));
    Result resumed = train(SIX_STEPS, Optional.empty(), checkpoints("killed"));
    assertThat(resumed.losses()).isEqualTo(straight.losses().subList(2, 6));
    assertEqual(resumed.tensors(), straight.tensors());
  }

  @Test
  void checkpointOfAnotherRunIsRefused() throws IOException {
    killAfterThreeSteps(SIX_STEPS);
    Checkpoints other = checkpoints("killed", "another");
    assertThatThrownBy(() -> train(SIX_STEPS, Optional.empty(), other))
        .isInstanceOf(OtherRunException.class)
        .hasMessageContaining("name (run there, another here)");
  }

  @Test
  void finishedRunHasNothingLeftToDo() throws IOException {
    Result straight = train(SIX_STEPS, Optional.empty(), checkpoints("done"));
    Result again = train(SIX_STEPS, Optional.empty(), checkpoints("done"));
    assertThat(again.losses()).isEmpty();
    assertEqual(again.tensors(), straight.tensors());
  }

  @Test
  void twoRanksEqualOne() throws IOException {
    // The last batch of each epoch has one row, so the second rank has none there.
    Run run = new Run(5, 4, 2, 2, 0);
    Result single = train(run, Optional.empty(), checkpoints("single"));
    Lockstep ranks = new Lockstep(2);
    for (int attempt = 0; ranks.knownSums() < 1 + 4 * 3; attempt++) {
      for (int rank = 0; rank < 2; rank++) {
        Checkpoints fresh = checkpoints("rank-" + rank + "-" + attempt);
        AllReduce allReduce = ranks.rank(rank);
        assertThatThrownBy(() -> train(run, Optional.empty(), fresh, allReduce, report -> {}))
            .isInstanceOf(Stop.class);
      }
    }
    for (int rank = 0; rank < 2; rank++) {
      Checkpoints fresh = checkpoints("last-" + rank);
      assertClose(train(run, Optional.empty(), fresh, ranks.rank(rank), report -> {}), single);
    }
  }

  @Test
  void lossThatIsNoNumberNamesStepAndImages() throws IOException {
    Checkpoints checkpoints = checkpoints("bad");
    try (GemmaModel base = SmallGemma.random(3);
        Trainer trainer =
            new Trainer(
                SIX_STEPS.with(1).settings(true),
                base,
                example ->
                    example.imageId().equals("image-5") ? filled(Float.NaN) : pixels(example),
                AllReduce.SINGLE)) {
      assertThatThrownBy(
              () -> trainer.train(SIX_STEPS.rows(), Optional.empty(), checkpoints, report -> {}))
          .isInstanceOf(ArithmeticException.class)
          .hasMessageMatching("The loss is NaN in step [0-2] on rank 0; .*\\[image-5\\]");
    }
  }

  private static float[][] filled(float value) {
    float[][] pixels = new float[1][SmallGemma.PIXELS];
    Arrays.fill(pixels[0], value);
    return pixels;
  }

  @Test
  void unreadableImageEndsTheRunWithItsCause() throws IOException {
    Checkpoints checkpoints = checkpoints("unreadable");
    try (GemmaModel base = SmallGemma.random(3);
        Trainer trainer =
            new Trainer(
                SIX_STEPS.settings(true),
                base,
                example -> {
                  throw new IOException("cannot read " + example.uri());
                },
                AllReduce.SINGLE)) {
      assertThatThrownBy(
              () -> trainer.train(SIX_STEPS.rows(), Optional.empty(), checkpoints, report -> {}))
          .isInstanceOf(IOException.class)
          .hasMessageMatching("cannot read photos/\\d+.jpg");
    }
  }

  @Test
  void everyWeightLearnsFourRowsByHeart() throws IOException {
    Run run = new Run(4, 4, 2, 60, 0);
    List<Double> losses = new ArrayList<>();
    try (GemmaModel model = SmallGemma.random(3);
        Trainer trainer =
            new Trainer(run.settings(false), model, SmallTraining::pixels, AllReduce.SINGLE)) {
      Map<String, float[]> before = values(model.weights().tensors());
      trainer.train(run.rows(), cache(), checkpoints("full"), report -> losses.add(report.loss()));
      values(model.weights().tensors())
          .forEach((name, after) -> assertThat(after).as(name).isNotEqualTo(before.get(name)));
    }
    assertThat(losses.get(0)).isGreaterThan(2);
    assertThat(losses.get(losses.size() - 1)).isLessThan(0.2);
  }

  @Test
  void everyWeightOfABfloat16ModelIsNotTrained() throws IOException {
    try (GemmaModel model = halved(SmallGemma.config())) {
      assertThatThrownBy(
              () ->
                  new Trainer(
                      SIX_STEPS.settings(false), model, SmallTraining::pixels, AllReduce.SINGLE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("float32");
    }
  }

  @Test
  void reportsCountTokensAndFollowTheSchedule() throws IOException {
    Run run = new Run(5, 4, 2, 2, 0);
    List<StepReport> reports = new ArrayList<>();
    train(run, Optional.empty(), checkpoints("reports"), AllReduce.SINGLE, reports::add);
    assertThat(reports).extracting(StepReport::step).containsExactly(0, 1, 2, 3);
    assertThat(reports).extracting(StepReport::epoch).containsExactly(0, 0, 1, 1);
    assertThat(reports.get(0).learningRate()).isZero();
    assertThat(reports.get(1).learningRate()).isEqualTo(1e-2);
    int tokens = run.rows().stream().mapToInt(row -> row.tokens().length).sum();
    int targets = run.rows().stream().mapToInt(TrainingExample::targetTokens).sum();
    assertThat(reports.get(0).tokens() + reports.get(1).tokens()).isEqualTo(tokens);
    assertThat(reports.get(2).targetTokens() + reports.get(3).targetTokens()).isEqualTo(targets);
  }

  @Test
  void hundredStepsLeaveNoArraysBehind() throws IOException {
    Run run = new Run(4, 4, 2, 100, 0.1);
    List<Integer> live = new ArrayList<>();
    train(
        run,
        cache(),
        checkpoints("leaks"),
        AllReduce.SINGLE,
        report -> live.add(SmallGemma.liveArrays()));
    assertThat(live.get(99)).isEqualTo(live.get(1));
  }

  @Test
  void closedTrainerLeavesNoArraysBehind() throws IOException {
    train(SIX_STEPS, Optional.empty(), checkpoints("warm"));
    int before = SmallGemma.liveArrays();
    train(SIX_STEPS, cache(), checkpoints("counted"));
    assertThat(SmallGemma.liveArrays()).isEqualTo(before);
  }
}
