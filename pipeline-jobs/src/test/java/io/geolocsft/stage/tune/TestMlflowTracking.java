package io.geolocsft.stage.tune;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.config.ConfigFixture;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestMlflowTracking {

  @TempDir private Path folder;

  private Tracking tracking(HttpAnswers server) throws IOException {
    PipelineConfig config = ConfigFixture.with("sft.mlflow_uri=" + server.uri());
    return MlflowTracking.of(
        config, HadoopFiles.below(folder.toString(), new Configuration(false)));
  }

  private static Row step(int number, double loss) {
    StructType columns = Tables.TRAINING_LOG.struct();
    Object[] values = new Object[columns.size()];
    values[columns.fieldIndex("step")] = number;
    values[columns.fieldIndex("loss")] = loss;
    return RowFactory.create(values);
  }

  private static String answer(String path) {
    if (path.contains("/experiments/get-by-name")) {
      return "{\"experiment\": {\"experiment_id\": \"7\"}}";
    }
    return path.contains("/runs/create") ? "{\"run\": {\"info\": {\"run_id\": \"abc\"}}}" : "{}";
  }

  @Test
  void aRunThatFailsIsToldAndItsConnectionsAreClosed() throws Exception {
    try (HttpAnswers server = new HttpAnswers(200, TestMlflowTracking::answer)) {
      Tracking tracking = tracking(server);
      tracking.steps(List.of(step(0, 3.5)));
      tracking.close();
      assertThat(server.requests())
          .anyMatch(request -> request.contains("runs/log-batch") && request.contains("3.5"))
          .last()
          .asString()
          .contains("runs/update", "FAILED", "abc");
      assertThat(server.connections()).isNotZero();
      assertThat(server.areAllClosed()).isTrue();
    }
  }

  /** Each try has a client of its own. */
  @Test
  void theConnectionsOfTriesThatFailedAreClosed() throws Exception {
    try (HttpAnswers server = new HttpAnswers(500, path -> "{}")) {
      Tracking tracking = tracking(server);
      tracking.steps(List.of(step(0, 3.5)));
      tracking.steps(List.of(step(1, 2.5)));
      tracking.close();
      assertThat(server.connections()).isGreaterThan(1);
      assertThat(server.areAllClosed()).isTrue();
    }
  }
}
