package io.geolocsft.training;

import ai.djl.ndarray.NDArray;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes checkpoints in a thread of its own, so that training waits for no file system. One that
 * cannot be written is told of and left out: the next may succeed, and the run loses nothing unless
 * it has to begin again in between.
 */
final class CheckpointWriter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);

  /** A file system that takes longer has a trouble of its own. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Checkpoints checkpoints;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          new ThreadFactoryBuilder().setNameFormat("sft-checkpoint").setDaemon(true).build());
  private Future<?> underWay;

  CheckpointWriter(Checkpoints checkpoints) {
    this.checkpoints = checkpoints;
  }

  /** Takes the tensors' values as they are now; waits only for a checkpoint before this one. */
  void save(TrainingProgress progress, Map<String, NDArray> state, Map<String, NDArray> best) {
    finish();
    HostCopy copy = new HostCopy().add("", state).add(CheckpointedRun.BEST, best);
    underWay = writer.submit(() -> write(progress, copy));
  }

  private void write(TrainingProgress progress, HostCopy copy) {
    try (copy) {
      checkpoints.save(progress, copy.values());
    } catch (IOException e) {
      LOG.warn(
          "The checkpoint after {} steps could not be written; training continues, and the next one is tried. Check the free space and permissions of the run's folder.",
          progress.steps(),
          e);
    }
  }

  /** Waits until what was taken is written. */
  void finish() {
    if (underWay == null) {
      return;
    }
    try {
      underWay.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Writing a checkpoint failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Training was interrupted");
    }
  }

  /** Lets a checkpoint that is being written come to its end, for a while. */
  @Override
  public void close() {
    if (!MoreExecutors.shutdownAndAwaitTermination(writer, PATIENCE)) {
      LOG.warn("A checkpoint was still being written and is given up");
    }
  }
}
