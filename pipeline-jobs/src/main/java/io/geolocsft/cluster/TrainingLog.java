package io.geolocsft.cluster;

import com.google.common.base.Ticker;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.table.ParquetRows;
import io.geolocsft.table.TableSchema;
import io.geolocsft.training.StepLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A rank's steps as rows of a table, in small Parquet files of its own that come while it trains,
 * so that anyone may read them at any time. The longer the run, the rarer they are. The files of
 * all ranks lie in a folder that is named as the table.
 *
 * @param <R> what a rank tells of a step
 */
final class TrainingLog<R> implements StepLog<R> {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingLog.class);
  private static final long LEAST_PAUSE = TimeUnit.SECONDS.toNanos(2);

  /** A new file a hundredth of the time that the run takes already. */
  private static final long SHARE = 100;

  private final HadoopFiles files;
  private final TableSchema table;
  private final Function<R, Row> toRow;
  private final Runnable afterStep;
  private final String prefix;
  private final Ticker clock;
  private final long begin;
  private final List<Row> pending = new ArrayList<>();
  private long written;

  /**
   * A rank's log.
   *
   * @param toRow of the table, whose column {@code step} counts them
   * @param afterStep done after every step
   */
  TrainingLog(
      HadoopFiles files, TableSchema table, Function<R, Row> toRow, int rank, Runnable afterStep) {
    this(files, table, toRow, rank, afterStep, System.currentTimeMillis(), Ticker.systemTicker());
  }

  /**
   * The same.
   *
   * @param begun ms since 1970
   * @param clock from which the pauses between files are read
   */
  TrainingLog(
      HadoopFiles files,
      TableSchema table,
      Function<R, Row> toRow,
      int rank,
      Runnable afterStep,
      long begun,
      Ticker clock) {
    this.files = files;
    this.table = table;
    this.toRow = toRow;
    this.afterStep = afterStep;
    this.clock = clock;
    begin = clock.read();
    written = begin;
    // In order of time, since what is written later counts where a step ran twice.
    prefix = String.format(Locale.ROOT, "%s/%013d-%05d-", table.name(), begun, rank);
  }

  @Override
  public void append(R step) {
    pending.add(toRow.apply(step));
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
      int first = pending.get(0).getInt(table.struct().fieldIndex("step"));
      ParquetRows.write(
          files, prefix + String.format(Locale.ROOT, "%08d.parquet", first), table, pending);
      pending.clear();
    }
  }
}
