package io.geolocsft.cluster;

import com.google.common.base.Ticker;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.sft.StepReport;
import io.geolocsft.table.ParquetRows;
import io.geolocsft.table.Tables;
import io.geolocsft.training.PhaseClock.Phase;
import io.geolocsft.training.StepLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A rank's steps as rows of {@code training_log}, in small Parquet files of its own that come while
 * it trains, so that anyone may read them at any time. The longer the run, the rarer they are.
 */
final class TrainingLog implements StepLog<StepReport> {

  /** The folder that holds the files of all ranks. */
  static final String FOLDER = Tables.TRAINING_LOG.name();

  private static final Logger LOG = LoggerFactory.getLogger(TrainingLog.class);
  private static final long LEAST_PAUSE = TimeUnit.SECONDS.toNanos(2);

  /** A new file a hundredth of the time that the run takes already. */
  private static final long SHARE = 100;

  private final HadoopFiles files;
  private final String runId;
  private final String runName;
  private final Runnable afterStep;
  private final String prefix;
  private final Ticker clock;
  private final long begin;
  private final List<Row> pending = new ArrayList<>();
  private long written;

  /**
   * A rank's log.
   *
   * @param runId of the run
   * @param runName what the table calls the run
   * @param afterStep done after every step
   */
  TrainingLog(HadoopFiles files, String runId, String runName, int rank, Runnable afterStep) {
    this(files, runId, runName, rank, afterStep, System.currentTimeMillis(), Ticker.systemTicker());
  }

  /**
   * The same.
   *
   * @param begun ms since 1970
   * @param clock from which the pauses between files are read
   */
  TrainingLog(
      HadoopFiles files,
      String runId,
      String runName,
      int rank,
      Runnable afterStep,
      long begun,
      Ticker clock) {
    this.files = files;
    this.runId = runId;
    this.runName = runName;
    this.afterStep = afterStep;
    this.clock = clock;
    begin = clock.read();
    written = begin;
    // In order of time, since what is written later counts where a step ran twice.
    prefix = String.format(Locale.ROOT, "%s/%013d-%05d-", FOLDER, begun, rank);
  }

  @Override
  public void append(StepReport step) {
    pending.add(row(step));
    long now = clock.read();
    if (now - written > Math.max(LEAST_PAUSE, (now - begin) / SHARE)) {
      flush();
    }
    afterStep.run();
  }

  @Override
  public boolean flush() {
    try {
      write();
      return true;
    } catch (IOException e) {
      LOG.warn(
          "Steps cannot be logged just now; they are kept until they can. Check the free space and permissions of {}",
          files.folder(),
          e);
      return false;
    } finally {
      written = clock.read();
    }
  }

  /** Writes what is left. */
  void write() throws IOException {
    if (!pending.isEmpty()) {
      int first = pending.get(0).getInt(Tables.TRAINING_LOG.struct().fieldIndex("step"));
      ParquetRows.write(
          files,
          prefix + String.format(Locale.ROOT, "%08d.parquet", first),
          Tables.TRAINING_LOG,
          pending);
      pending.clear();
    }
  }

  private Row row(StepReport step) {
    return RowFactory.create(
        runId,
        runName,
        step.rank(),
        step.step(),
        (double) step.epoch(),
        step.loss(),
        step.learningRate(),
        step.gradientNorm(),
        (long) step.targetTokens(),
        step.tokens() / Math.max(1e-9, step.clock().seconds()),
        step.clock().seconds(Phase.DATA),
        step.clock().seconds(Phase.FORWARD),
        step.clock().seconds(Phase.BACKWARD),
        step.clock().seconds(Phase.ALL_REDUCE),
        step.clock().seconds(Phase.OPTIMIZER),
        step.steps(),
        step.validationLoss().isPresent() ? step.validationLoss().getAsDouble() : null,
        step.microBatchSize(),
        step.clock().seconds(Phase.VALIDATION),
        step.clock().seconds(Phase.CHECKPOINT));
  }
}
