package io.geolocsft.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.sft.PhaseClock;
import io.geolocsft.sft.StepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestTrainingLog {

  @TempDir Path folder;

  private TrainingLog log;

  @BeforeEach
  void setUp() {
    log = new TrainingLog(folder);
  }

  @Test
  void aFolderWithoutALogHasNoLines() throws IOException {
    log.repair(0);
    assertThat(log.read()).isEmpty();
  }

  @Test
  void ofAStepThatRanTwiceTheLaterLineCounts() throws IOException {
    log.append(step(0, 3.0));
    log.append(step(1, 2.0));
    log.append(step(1, 1.5));
    assertThat(log.read()).extracting(TrainingLog.Line::loss).containsExactly(3.0, 1.5);
  }

  @Test
  void aLineThatAKillCutShortIsTakenAwayBeforeTheNext() throws IOException {
    log.append(step(0, 3.0));
    Files.writeString(
        folder.resolve("training_log-0.jsonl"), "{\"rank\":0,\"st", StandardOpenOption.APPEND);
    assertThat(log.read()).hasSize(1);
    log.repair(0);
    log.append(step(1, 2.0));
    assertThat(log.read()).extracting(TrainingLog.Line::loss).containsExactly(3.0, 2.0);
  }

  @Test
  void followingItGivesEachLineOnce() throws IOException {
    assertThat(log.follow()).isEmpty();
    log.append(step(0, 3.0));
    log.append(step(1, 2.0));
    assertThat(log.follow()).extracting(TrainingLog.Line::loss).containsExactly(3.0, 2.0);
    assertThat(log.follow()).isEmpty();
    log.append(step(1, 1.5));
    assertThat(log.follow()).extracting(TrainingLog.Line::loss).containsExactly(1.5);
  }

  @Test
  void aHalfWrittenLineIsFollowedOnceItIsWhole() throws IOException {
    log.append(step(0, 3.0));
    log.append(step(1, 2.0));
    Path file = folder.resolve("training_log-0.jsonl");
    byte[] both = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(both, both.length - 1));
    assertThat(log.follow()).extracting(TrainingLog.Line::loss).containsExactly(3.0);
    Files.write(file, both);
    assertThat(log.follow()).extracting(TrainingLog.Line::loss).containsExactly(2.0);
  }

  @Test
  void followingGoesOnAfterARepair() throws IOException {
    log.append(step(0, 3.0));
    Files.writeString(
        folder.resolve("training_log-0.jsonl"), "{\"rank\":0,\"st", StandardOpenOption.APPEND);
    assertThat(log.follow()).hasSize(1);
    new TrainingLog(folder).repair(0);
    log.append(step(1, 2.0));
    assertThat(log.follow()).extracting(TrainingLog.Line::loss).containsExactly(2.0);
  }

  private static StepReport step(int step, double loss) {
    return new StepReport(step, 2, 0, 0, loss, 1e-3, 1, 10, 20, new PhaseClock());
  }
}
