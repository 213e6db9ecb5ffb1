package io.geolocsft.cluster.answering;

import com.google.common.collect.Iterators;
import io.geolocsft.cluster.answering.Answering.Query;
import io.geolocsft.cluster.answering.Answering.Reply;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Batches of images in, what a model says of each image out, in their order. While a batch is at
 * work, other threads read and decode the images of the next ones, which are asked for that early.
 * The models are held from the first batch to the task's end, or outside of a task until this is
 * closed. A task that asks two models in turn holds one at a time, since the second would wait for
 * the first.
 */
public final class ModelStream<T> implements Iterator<List<T>>, AutoCloseable {

  private static final Map<Long, ModelStream<?>> HOLDING = new ConcurrentHashMap<>();

  private final Answering answering;
  private final Optional<TaskContext> task;
  private final WaitingClock clock = new WaitingClock();
  private final WorkAhead<Query, ReadImage> images;
  private final Iterator<List<T>> said;
  private final BiFunction<AnsweringSession, List<ReadImage>, List<T>> ask;
  private AnsweringSession session;

  private ModelStream(
      Answering answering,
      Iterator<List<Query>> batches,
      BiFunction<AnsweringSession, List<ReadImage>, List<T>> ask)
      throws IOException {
    this.answering = answering;
    this.ask = ask;
    task = Optional.ofNullable(TaskContext.get());
    int threads = task.map(TaskContext::cpus).orElse(Runtime.getRuntime().availableProcessors());
    images = new WorkAhead<>(batches, ImageReader.of(answering)::read, threads, clock);
    said = Iterators.transform(images, this::said);
    task.ifPresent(
        own -> own.addTaskCompletionListener((TaskCompletionListener) ended -> images.close()));
  }

  /**
   * What the models answer for images.
   *
   * @throws IOException if the model's image processor cannot be read
   */
  public static ModelStream<Reply> answers(Answering answering, Iterator<List<Query>> batches)
      throws IOException {
    return new ModelStream<>(answering, batches, AnsweringSession::answer);
  }

  /**
   * What the vision tower sees in images, whole and not cropped.
   *
   * @throws IOException if the model's image processor cannot be read
   */
  public static ModelStream<ImageFeature> features(
      Answering answering, Iterator<List<Query>> batches) throws IOException {
    return new ModelStream<>(answering, batches, AnsweringSession::features);
  }

  /**
   * {@inheritDoc}
   *
   * @throws java.io.UncheckedIOException if a file system fails; an image that is bad is a reply
   */
  @Override
  public boolean hasNext() {
    return said.hasNext();
  }

  @Override
  public List<T> next() {
    return said.next();
  }

  /** How long the device has waited for images. */
  WaitingClock clock() {
    return clock;
  }

  private List<T> said(List<ReadImage> batch) {
    try {
      if (session == null) {
        open();
      }
      return ask.apply(session, batch);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("The model cannot answer: " + e.getMessage(), e);
    }
  }

  private void open() throws Exception {
    task.ifPresent(this::hold);
    session = new AnsweringSession(answering);
  }

  private void hold(TaskContext own) {
    long attempt = own.taskAttemptId();
    ModelStream<?> before = HOLDING.put(attempt, this);
    if (before == null) {
      own.addTaskCompletionListener((TaskCompletionListener) ended -> letGo(attempt));
    } else {
      before.endSession();
    }
  }

  private static void letGo(long attempt) {
    ModelStream<?> last = HOLDING.remove(attempt);
    if (last != null) {
      last.endSession();
    }
  }

  private void endSession() {
    if (session != null) {
      session.close();
      session = null;
    }
  }

  @Override
  public void close() {
    images.close();
    endSession();
  }
}
