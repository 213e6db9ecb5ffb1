package io.geolocsft.cluster;

import ai.djl.engine.EngineException;
import io.geolocsft.cluster.RankOutcome.Ending;
import io.geolocsft.config.ConfigException;
import io.geolocsft.gemma.DeviceMemory;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.StoppedRunException;
import io.geolocsft.sft.OtherRunException;
import io.geolocsft.sft.OutOfDeviceMemoryException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * The task of a rank in the barrier stage. A problem that another attempt may not have (a lost
 * neighbour, a file system that is away) leaves it as an exception, and Spark tries all ranks
 * again; any other one is told to all ranks and ends as an outcome.
 */
record RankTask(TrainingRank rank, RankRing ring)
    implements FlatMapFunction<Iterator<Row>, String> {

  private static final String LESS_MEMORY =
      "Set sft.gradient_checkpointing: true or model.dtype: bfloat16, or lower examples.max_tokens; the run goes on from its newest checkpoint.";

  private static final int LONGEST_PAUSE_SECONDS = 60;

  @Override
  public Iterator<String> call(Iterator<Row> rows) throws Exception {
    BarrierTaskContext task = BarrierTaskContext.get();
    pauseBefore(task);
    try (Placement place = Placement.of(rank.device(), task)) {
      return List.of(outcome(rows, task, place).toJson()).iterator();
    }
  }

  /** A cause that lasts, such as a file system that is away, would else use up all attempts. */
  private static void pauseBefore(BarrierTaskContext task) throws InterruptedException {
    int failures = task.stageAttemptNumber();
    long seconds = failures < 2 ? 0 : Math.min(LONGEST_PAUSE_SECONDS, 5L << (failures - 2));
    for (long second = 0; second < seconds && !task.isInterrupted(); second++) {
      Thread.sleep(1000);
    }
  }

  private RankOutcome outcome(Iterator<Row> rows, BarrierTaskContext task, Placement place)
      throws Exception {
    try (AllReduce allReduce = ring.join(task, place.problem())) {
      try {
        rank.train(rows, place.device(), allReduce);
        return ended(task, place, Ending.DONE, "");
      } catch (ConfigException e) {
        allReduce.stop(e.getMessage());
        throw e;
      } catch (OtherRunException e) {
        allReduce.stop(e.getMessage());
        throw new ConfigException(
            e.getMessage() + ". Choose another work folder, or give the settings of then.");
      } catch (OutOfDeviceMemoryException e) {
        allReduce.stop(e.getMessage());
        throw new ConfigException(e.getMessage() + ". " + LESS_MEMORY);
      } catch (EngineException e) {
        if (!DeviceMemory.isLacking(e)) {
          throw e;
        }
        allReduce.stop(e.getMessage());
        throw new ConfigException(
            String.format(
                Locale.ROOT,
                "The memory of rank %d does not suffice (%s). %s",
                task.partitionId(),
                e.getMessage(),
                LESS_MEMORY));
      } catch (LostImageException e) {
        allReduce.stop(e.getMessage());
        return ended(task, place, Ending.DATA, e.getMessage());
      } catch (ArithmeticException e) {
        allReduce.stop(e.getMessage());
        return ended(
            task,
            place,
            Ending.DATA,
            e.getMessage() + ". Lower sft.learning_rate, or look at these images and their texts.");
      } catch (StoppedRunException e) {
        return ended(task, place, Ending.STOPPED_BY_ANOTHER, e.getMessage());
      }
    } catch (ConfigException e) {
      return ended(task, place, Ending.CONFIGURATION, e.getMessage());
    }
  }

  private static RankOutcome ended(
      BarrierTaskContext task, Placement place, Ending ending, String problem) {
    return new RankOutcome(
        task.partitionId(),
        Placement.host(),
        String.valueOf(place.device()),
        ExecutorDevice.gpus(task),
        ending,
        problem);
  }
}
