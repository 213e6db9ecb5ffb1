package io.geolocsft.cluster;

import ai.djl.Device;
import io.geolocsft.config.SftSettings;
import io.geolocsft.ring.AllReduce;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.sql.Row;

/** What each rank of a barrier stage does. */
public interface RankWork extends Serializable {

  /** The folder, inside that of the run, that holds the finished adapter or model. */
  String RESULT = "result";

  /** The section of the settings that says what is trained, {@code sft} or {@code grpo}. */
  String section();

  /** How ranks work together. */
  SftSettings settings();

  /** {@code auto}, {@code cpu} or {@code cuda}. */
  String device();

  RankRun run();

  /**
   * Trains, from the newest checkpoint on if there is one. The first rank stores checkpoints and
   * the result.
   *
   * @param rows all that is trained on, the same for every rank
   */
  void train(Iterator<Row> rows, Device place, AllReduce allReduce) throws Exception;
}
