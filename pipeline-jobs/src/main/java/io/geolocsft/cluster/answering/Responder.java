package io.geolocsft.cluster.answering;

import io.geolocsft.cluster.answering.Answering.Query;
import io.geolocsft.cluster.answering.Answering.Reply;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;

/** Answers for images within a task. */
public interface Responder extends Serializable {

  /** What tables call those who answer. */
  List<String> names();

  /** How many images are asked about at once. */
  int batchSize();

  /**
   * One reply a query, in their order.
   *
   * @param counts takes how long was worked and waited
   */
  Iterator<List<Reply>> answers(Iterator<List<Query>> batches, AnswerCounts counts)
      throws IOException;

  /** Told once the replies for some images are kept elsewhere. */
  default void kept(List<Query> queries) throws IOException {}
}
