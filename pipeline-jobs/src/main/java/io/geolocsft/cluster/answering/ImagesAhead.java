package io.geolocsft.cluster.answering;

import com.google.common.base.Throwables;
import com.google.common.collect.AbstractIterator;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.geolocsft.cluster.answering.Answering.Query;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Batches of images, read and decoded by other threads while the device answers the batch before
 * them. At most {@link #BATCHES} wait in memory.
 */
final class ImagesAhead extends AbstractIterator<List<ReadImage>> implements AutoCloseable {

  private static final int BATCHES = 2;

  private final Iterator<List<Query>> batches;
  private final ImageReader reader;
  private final WaitingClock clock;
  private final ExecutorService threads;
  private final Deque<List<Future<ReadImage>>> ahead = new ArrayDeque<>();

  ImagesAhead(Iterator<List<Query>> batches, ImageReader reader, int threads, WaitingClock clock) {
    this.batches = batches;
    this.reader = reader;
    this.clock = clock;
    this.threads =
        Executors.newFixedThreadPool(
            threads,
            new ThreadFactoryBuilder().setNameFormat("image-reader-%d").setDaemon(true).build());
  }

  @Override
  protected List<ReadImage> computeNext() {
    while (ahead.size() <= BATCHES && batches.hasNext()) {
      ahead.add(begin(batches.next()));
    }
    if (ahead.isEmpty()) {
      close();
      return endOfData();
    }
    return await(ahead.remove());
  }

  private List<Future<ReadImage>> begin(List<Query> batch) {
    return batch.stream().map(query -> threads.submit(() -> reader.read(query))).toList();
  }

  private List<ReadImage> await(List<Future<ReadImage>> batch) {
    long start = System.nanoTime();
    List<ReadImage> images = new ArrayList<>();
    for (Future<ReadImage> image : batch) {
      images.add(await(image));
    }
    clock.waited(System.nanoTime() - start);
    return images;
  }

  private static ReadImage await(Future<ReadImage> image) {
    try {
      return image.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while images were read");
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(e.getCause());
      throw e.getCause() instanceof IOException failed
          ? new UncheckedIOException(failed.getMessage(), failed)
          : new IllegalStateException(e.getCause());
    }
  }

  /** Ends the threads. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
