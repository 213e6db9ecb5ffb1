package io.geolocsft.tracking;

import com.google.common.io.ByteSource;
import io.geolocsft.evaluate.Figure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** Someone beside the user who is told how training goes, and what came of it. */
public interface Tracking extends AutoCloseable {

  /** Nobody is. */
  Tracking NONE = steps -> {};

  /**
   * Steps that came since the last call.
   *
   * @param steps rows of {@code training_log} or {@code reward_log}
   */
  void steps(List<Row> steps);

  /**
   * The model that was trained.
   *
   * @param folder with its files, about to be published; another may be added that says where to
   *     tell of its evaluation
   */
  default void model(Path folder) throws IOException {}

  /**
   * How good it is.
   *
   * @param figures of all models' answers
   * @param files that show it, by path
   */
  default void evaluation(List<Figure> figures, Map<String, ByteSource> files) throws IOException {}

  /** The model is there; otherwise training counts as failed when this is closed. */
  default void done() {}

  @Override
  default void close() {}
}
