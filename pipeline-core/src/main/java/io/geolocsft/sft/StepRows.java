package io.geolocsft.sft;

import com.google.common.base.Throwables;
import com.google.common.collect.Lists;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.training.ExampleOrder;
import io.geolocsft.training.PixelSource;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * This rank's rows of each step, read one step ahead so that decoding does not hold up training.
 */
final class StepRows implements AutoCloseable {

  private final List<TrainingExample> examples;
  private final ExampleOrder order;
  private final TrainingSettings settings;
  private final AllReduce ranks;
  private final PixelSource images;
  private final boolean cached;
  private final int imageToken;
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(
          new ThreadFactoryBuilder().setNameFormat("sft-rows-%d").setDaemon(true).build());
  private int microBatchSize;
  private int nextStep;
  private Future<List<MicroBatch>> ahead;

  /**
   * Begins to read.
   *
   * @param cached whether {@code images} gives features rather than pixels
   */
  StepRows(
      List<TrainingExample> examples,
      ExampleOrder order,
      TrainingSettings settings,
      AllReduce ranks,
      PixelSource images,
      boolean cached,
      int imageToken,
      int firstStep) {
    this.examples = examples;
    this.order = order;
    this.settings = settings;
    this.ranks = ranks;
    this.images = images;
    this.cached = cached;
    this.imageToken = imageToken;
    microBatchSize = settings.microBatchSize();
    nextStep = firstStep;
    readAhead();
  }

  /** Rows that this rank computes at once. */
  int microBatchSize() {
    return microBatchSize;
  }

  /** Lays out rows and loads their images. */
  MicroBatch layOut(List<TrainingExample> rows) throws IOException {
    return MicroBatch.of(rows, imageToken, images, cached, settings.savings().sharedPrefix());
  }

  /** Target tokens of a step over all ranks. */
  int targetTokens(int step) {
    return order.batch(step).stream().mapToInt(i -> examples.get(i).targetTokens()).sum();
  }

  private void readAhead() {
    int step = nextStep;
    int size = microBatchSize;
    ahead = step < order.steps() ? reader.submit(() -> read(step, size)) : null;
  }

  private List<MicroBatch> read(int step, int size) throws IOException {
    List<TrainingExample> mine =
        ranks.shareOf(order.batch(step)).stream().map(examples::get).toList();
    List<MicroBatch> micro = new ArrayList<>();
    for (List<TrainingExample> rows : Lists.partition(mine, size)) {
      micro.add(layOut(rows));
    }
    return micro;
  }

  /**
   * The rows of the step that {@link #next} gave last, in half as large parts, as all that follow.
   */
  List<MicroBatch> halved() throws IOException {
    microBatchSize = (microBatchSize + 1) / 2;
    nextStep--;
    readAhead();
    return next();
  }

  /** The rows of the next step. */
  List<MicroBatch> next() throws IOException {
    try {
      List<MicroBatch> rows = ahead.get();
      nextStep++;
      readAhead();
      return rows;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      Throwables.throwIfUnchecked(e.getCause());
      throw new IOException("Reading the rows of step " + nextStep + " failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Training was interrupted");
    }
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }
}
