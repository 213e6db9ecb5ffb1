package io.geolocsft.cluster.answering;

import com.google.common.base.Throwables;
import com.google.common.collect.AbstractIterator;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
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
 * What other threads make of images while the batch before them is at work: read and decode them,
 * or ask about them elsewhere. At most {@link #BATCHES} wait in memory.
 */
public final class WorkAhead<Q, T> extends AbstractIterator<List<T>> implements AutoCloseable {

  private static final int BATCHES = 2;

  /** What is done to an image. */
  @FunctionalInterface
  public interface ItemWork<Q, T> {
    T on(Q query) throws IOException;
  }

  private final Iterator<List<Q>> batches;
  private final ItemWork<Q, T> work;
  private final WaitingClock clock;
  private final ExecutorService threads;
  private final Deque<List<Future<T>>> ahead = new ArrayDeque<>();

  /** With as many threads as are given, whose results nobody clocks. */
  public WorkAhead(Iterator<List<Q>> batches, ItemWork<Q, T> work, int threads) {
    this(batches, work, threads, new WaitingClock());
  }

  WorkAhead(Iterator<List<Q>> batches, ItemWork<Q, T> work, int threads, WaitingClock clock) {
    this.batches = batches;
    this.work = work;
    this.clock = clock;
    this.threads =
        Executors.newFixedThreadPool(
            threads,
            new ThreadFactoryBuilder().setNameFormat("images-ahead-%d").setDaemon(true).build());
  }

  @Override
  protected List<T> computeNext() {
    while (ahead.size() <= BATCHES && batches.hasNext()) {
      ahead.add(begin(batches.next()));
    }
    if (ahead.isEmpty()) {
      close();
      return endOfData();
    }
    return await(ahead.remove());
  }

  private List<Future<T>> begin(List<Q> batch) {
    return batch.stream().map(query -> threads.submit(() -> work.on(query))).toList();
  }

  private List<T> await(List<Future<T>> batch) {
    long start = System.nanoTime();
    List<T> images = new ArrayList<>();
    for (Future<T> image : batch) {
      images.add(await(image));
    }
    clock.waited(System.nanoTime() - start);
    return images;
  }

  private static <T> T await(Future<T> image) {
    try {
      return image.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while images were waited for");
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
