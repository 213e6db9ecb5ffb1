package io.geolocsft.stage.tune;

import java.util.List;
import org.apache.spark.sql.Row;

/** Someone beside the user who is told how training goes. */
interface Tracking extends AutoCloseable {

  /** Nobody is. */
  Tracking NONE = steps -> {};

  /**
   * Steps that came since the last call.
   *
   * @param steps rows of {@code training_log}
   */
  void steps(List<Row> steps);

  /** Training is done; otherwise it counts as failed when this is closed. */
  default void done() {}

  @Override
  default void close() {}
}
