package io.geolocsft.stage.tune;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.cluster.LoggedSteps;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.stage.MadeRun;
import io.geolocsft.stage.Progress;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.ParquetRows;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import io.geolocsft.tracking.Tracking;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestShownTraining {

  @TempDir private Path folder;

  private final List<String> told = new ArrayList<>();

  /** A run that goes on after step 40 of 60 has not made 40 steps in its first second. */
  @Test
  void stepsOfAnEarlierRunAreFoundNotMade() throws Exception {
    HadoopFiles files = HadoopFiles.below(folder.toString(), new Configuration(false));
    ParquetRows.write(
        files,
        Tables.TRAINING_LOG.name() + "/0000000000001-00000-00000000.parquet",
        Tables.TRAINING_LOG,
        List.of(step(0), step(39)));
    new ShownTraining(
            context(),
            new LoggedSteps(files, Tables.TRAINING_LOG),
            "Fine-tuning",
            step -> "",
            Tracking.NONE)
        .close();
    assertThat(told)
        .containsExactly("Fine-tuning 60 steps", "found 40", "reached 1", "reached 40", "closed");
  }

  private static Row step(int number) {
    return MadeRun.row(Tables.TRAINING_LOG, Map.of("step", number, "steps", 60));
  }

  private StageContext context() {
    return new StageContext() {
      @Override
      public SparkSession spark() {
        throw new UnsupportedOperationException();
      }

      @Override
      public PipelineConfig config() {
        throw new UnsupportedOperationException();
      }

      @Override
      public TableStore tables() {
        throw new UnsupportedOperationException();
      }

      @Override
      public Progress progress(String label, long total, String unit) {
        told.add(label + " " + total + " " + unit);
        return new Recorded();
      }
    };
  }

  private final class Recorded implements Progress {

    @Override
    public void found(long units) {
      told.add("found " + units);
    }

    @Override
    public void reached(long units) {
      told.add("reached " + units);
    }

    @Override
    public void close() {
      told.add("closed");
    }
  }
}
