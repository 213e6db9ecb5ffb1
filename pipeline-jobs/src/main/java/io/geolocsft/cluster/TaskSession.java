package io.geolocsft.cluster;

import io.geolocsft.cluster.Answering.Query;
import io.geolocsft.cluster.Answering.Reply;
import io.geolocsft.cluster.Answering.Session;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The model of a task, held from its first batch to the task's end. A task that asks two models in
 * turn holds one at a time, since the second would wait for the first.
 */
public final class TaskSession {

  private static final Map<Long, TaskSession> HOLDING = new ConcurrentHashMap<>();

  private final Answering answering;
  private Session session;

  public TaskSession(Answering answering) {
    this.answering = answering;
  }

  /** One reply a query, in their order. */
  public List<Reply> answer(List<Query> batch) throws Exception {
    if (session == null) {
      open(TaskContext.get());
    }
    return session.answer(batch);
  }

  private void open(TaskContext task) throws Exception {
    long attempt = task.taskAttemptId();
    TaskSession before = HOLDING.put(attempt, this);
    if (before == null) {
      task.addTaskCompletionListener((TaskCompletionListener) ended -> end(attempt));
    } else {
      before.close();
    }
    session = answering.open();
  }

  private static void end(long attempt) {
    TaskSession last = HOLDING.remove(attempt);
    if (last != null) {
      last.close();
    }
  }

  private void close() {
    if (session != null) {
      session.close();
      session = null;
    }
  }
}
