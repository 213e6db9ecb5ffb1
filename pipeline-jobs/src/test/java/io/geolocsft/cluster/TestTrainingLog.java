package io.geolocsft.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import io.geolocsft.OddFolder;
import io.geolocsft.SparkFixture;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.Locations;
import io.geolocsft.sft.StepReport;
import io.geolocsft.table.Tables;
import io.geolocsft.training.PhaseClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestTrainingLog {

  private static final int LOSS = Tables.TRAINING_LOG.struct().fieldIndex("loss");

  @TempDir(factory = OddFolder.class)
  private Path folder;

  private HadoopFiles files;
  private long millis = 1_700_000_000_000L;
  private long nanos;

  @BeforeEach
  void open() throws IOException {
    files = HadoopFiles.below(folder.toString(), new Configuration(false));
  }

  /** Begun a millisecond after the one before. */
  private TrainingLog<StepReport> log(int rank) {
    Ticker clock =
        new Ticker() {
          @Override
          public long read() {
            return nanos;
          }
        };
    LoggedRows rows = new LoggedRows("run", "name");
    return new TrainingLog<>(
        files, Tables.TRAINING_LOG, rows::row, rank, () -> {}, millis++, clock);
  }

  private static StepReport step(int rank, int step, double loss) {
    return new StepReport(
        step,
        9,
        0,
        rank,
        loss,
        1e-3,
        1,
        10,
        step == 1 ? OptionalDouble.of(0.5) : OptionalDouble.empty(),
        4,
        20,
        new PhaseClock());
  }

  private List<Row> all() {
    return new LoggedSteps(files, Tables.TRAINING_LOG).all(SparkFixture.session()).collectAsList();
  }

  private static List<Double> losses(List<Row> rows) {
    return rows.stream().map(row -> row.getDouble(LOSS)).toList();
  }

  @Test
  void laterStepsOfTheSameNumberCount() throws Exception {
    TrainingLog<StepReport> killed = log(0);
    killed.append(step(0, 0, 3));
    killed.append(step(0, 1, 2));
    killed.write();
    TrainingLog<StepReport> other = log(1);
    other.append(step(1, 0, 3));
    other.write();
    TrainingLog<StepReport> resumed = log(0);
    resumed.append(step(0, 1, 1.5));
    assertThat(resumed.flush()).isTrue();
    assertThat(losses(all())).containsExactly(3.0, 3.0, 1.5);
  }

  @Test
  void newsAreTheFirstRanksSinceTheLastCall() throws Exception {
    LoggedSteps news = new LoggedSteps(files, Tables.TRAINING_LOG);
    assertThat(news.news()).isEmpty();
    TrainingLog<StepReport> first = log(0);
    first.append(step(0, 0, 3));
    TrainingLog<StepReport> second = log(1);
    second.append(step(1, 0, 7));
    second.write();
    assertThat(news.news()).isEmpty();
    first.write();
    assertThat(losses(news.news())).containsExactly(3.0);
    first.append(step(0, 1, 2));
    first.write();
    assertThat(losses(news.news())).containsExactly(2.0);
    assertThat(news.news()).isEmpty();
  }

  @Test
  void filesComeByThemselvesAfterTwoSecondsOrAHundredthOfTheRun() throws Exception {
    LoggedSteps news = new LoggedSteps(files, Tables.TRAINING_LOG);
    TrainingLog<StepReport> log = log(0);
    nanos = TimeUnit.SECONDS.toNanos(2);
    log.append(step(0, 0, 3));
    assertThat(news.news()).isEmpty();
    nanos++;
    log.append(step(0, 1, 2));
    assertThat(losses(news.news())).containsExactly(3.0, 2.0);
    nanos = TimeUnit.SECONDS.toNanos(1000);
    log.append(step(0, 2, 1));
    assertThat(losses(news.news())).containsExactly(1.0);
    nanos += TimeUnit.SECONDS.toNanos(10);
    log.append(step(0, 3, 0.5));
    assertThat(news.news()).isEmpty();
    nanos += TimeUnit.SECONDS.toNanos(1);
    log.append(step(0, 4, 0.25));
    assertThat(losses(news.news())).containsExactly(0.5, 0.25);
  }

  /** What an analyst does while a run goes on. */
  @Test
  void itsFilesAreTheTable() throws Exception {
    TrainingLog<StepReport> log = log(0);
    log.append(step(0, 0, 3));
    log.append(step(0, 1, 2));
    log.write();
    Dataset<Row> table =
        Locations.reader(SparkFixture.session())
            .parquet(folder.resolve(Tables.TRAINING_LOG.name()).toString());
    assertThat(table.schema()).isEqualTo(Tables.TRAINING_LOG.struct().asNullable());
    List<Row> rows =
        table.orderBy("step").select("run_id", "loss", "validation_loss", "steps").collectAsList();
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).toSeq()).hasToString("ArraySeq(run, 3.0, null, 9)");
    assertThat(rows.get(1).toSeq()).hasToString("ArraySeq(run, 2.0, 0.5, 9)");
  }

  @Test
  void stepsThatCannotBeWrittenAreKeptUntilTheyCan() throws Exception {
    Path blocked = Files.createFile(folder.resolve(Tables.TRAINING_LOG.name()));
    TrainingLog<StepReport> log = log(0);
    log.append(step(0, 0, 3));
    assertThat(log.flush()).isFalse();
    assertThatThrownBy(log::write).isInstanceOf(IOException.class);
    Files.delete(blocked);
    log.append(step(0, 1, 2));
    assertThat(log.flush()).isTrue();
    assertThat(losses(all())).containsExactly(3.0, 2.0);
  }
}
