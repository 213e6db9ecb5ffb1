package io.geolocsft.cluster;

import io.geolocsft.cluster.RankOutcome.Ending;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.StoppedRunException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * The task of a rank in the barrier stage. A problem that another attempt may not have (a lost
 * neighbour, a file system that is away) leaves it as an exception, and Spark tries all ranks
 * again; any other one is told to all ranks and ends as an outcome.
 */
record RankTask(RankWork rank, RankRing ring) implements FlatMapFunction<Iterator<Row>, String> {

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
      return trained(rows, task, place, allReduce);
    } catch (ConfigException e) {
      return ended(task, place, new FinalFailure(Ending.CONFIGURATION, e.getMessage()));
    }
  }

  private RankOutcome trained(
      Iterator<Row> rows, BarrierTaskContext task, Placement place, AllReduce allReduce)
      throws Exception {
    try {
      rank.train(rows, place.device(), allReduce);
      return ended(task, place, new FinalFailure(Ending.DONE, ""));
    } catch (StoppedRunException e) {
      return ended(task, place, new FinalFailure(Ending.STOPPED_BY_ANOTHER, e.getMessage()));
    } catch (Exception e) {
      FinalFailure ending =
          FinalFailure.of(e, rank.section(), task.partitionId()).orElseThrow(() -> e);
      allReduce.stop(ending.problem().lines().findFirst().orElse(""));
      return ended(task, place, ending);
    }
  }

  private static RankOutcome ended(BarrierTaskContext task, Placement place, FinalFailure ending) {
    return new RankOutcome(
        task.partitionId(),
        Placement.host(),
        String.valueOf(place.device()),
        ExecutorDevice.gpus(task),
        ending.ending(),
        ending.problem());
  }
}
