package io.geolocsft.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.ByteSource;
import com.google.common.util.concurrent.Uninterruptibles;
import io.geolocsft.config.ConfigFixture;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.Interval;
import io.geolocsft.evaluate.Slice;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mlflow.api.proto.Service.RunStatus;

class TestMlflowTracking {

  private static final String SERVED = "mlflow-artifacts:/7/abc/artifacts";

  @TempDir private Path folder;

  private Tracking tracking(HttpAnswers server) throws IOException {
    return MlflowTracking.ofTuning(config(server), below("training"));
  }

  private static PipelineConfig config(HttpAnswers server) throws IOException {
    return ConfigFixture.with("sft.mlflow_uri=" + server.uri());
  }

  private static Row step(int number, double loss) {
    StructType columns = Tables.TRAINING_LOG.struct();
    Object[] values = new Object[columns.size()];
    values[columns.fieldIndex("step")] = number;
    values[columns.fieldIndex("loss")] = loss;
    return RowFactory.create(values);
  }

  /** A server that keeps artifacts at some place. */
  private static UnaryOperator<String> answers(String artifacts) {
    String run =
        "{\"run\": {\"info\": {\"run_id\": \"abc\", \"artifact_uri\": \"%s\"}}}"
            .formatted(artifacts);
    return path -> {
      if (path.contains("/experiments/get-by-name")) {
        return "{\"experiment\": {\"experiment_id\": \"7\"}}";
      }
      return path.contains("/runs/create") || path.contains("/runs/get") ? run : "{}";
    };
  }

  private HadoopFiles below(String name) throws IOException {
    return HadoopFiles.below(folder.resolve(name).toString(), new Configuration(false));
  }

  private Path model() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    Files.writeString(model.resolve("adapter #1.bin"), "weights");
    return model;
  }

  @Test
  void aRunThatFailsIsToldAndItsConnectionsAreClosed() throws Exception {
    try (HttpAnswers server = new HttpAnswers(200, answers(SERVED))) {
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

  @Test
  void aModelAndItsEvaluationAreSentToTheSameRun() throws Exception {
    Path model = model();
    try (HttpAnswers server = new HttpAnswers(200, answers(SERVED))) {
      try (Tracking tracking = tracking(server)) {
        tracking.model(model);
        tracking.done();
      }
      assertThat(server.requests())
          .contains(
              "/api/2.0/mlflow-artifacts/artifacts/7/abc/artifacts/tuned/adapter%20%231.bin weights")
          .last()
          .asString()
          .contains("runs/update", "FINISHED", "abc");
    }
    try (HttpAnswers server = new HttpAnswers(200, answers(SERVED));
        Tracking tracking = MlflowTracking.ofModel(config(server), below("model"))) {
      tracking.evaluation(
          List.of(figure(OptionalDouble.of(25), 0.5), figure(OptionalDouble.of(750), Double.NaN)),
          Map.of("report/report.html", ByteSource.wrap(new byte[0])));
      assertThat(server.requests())
          .noneMatch(request -> request.contains("runs/create") || request.contains("_750_km"))
          .anyMatch(
              request ->
                  request.contains("log-batch") && request.contains("photos/tuned/accuracy_25_km"))
          .contains("/api/2.0/mlflow-artifacts/artifacts/7/abc/artifacts/report/report.html ");
    }
  }

  @Test
  void trainingByRewardsIsARunOfItsOwn() throws Exception {
    StructType columns = Tables.REWARD_LOG.struct();
    Object[] values = new Object[columns.size()];
    values[columns.fieldIndex("step")] = 3;
    values[columns.fieldIndex("reward")] = 0.625;
    try (HttpAnswers server = new HttpAnswers(200, answers(SERVED))) {
      try (Tracking tracking = MlflowTracking.ofRewards(config(server), below("rewards"))) {
        tracking.steps(List.of(RowFactory.create(values)));
        tracking.model(model());
      }
      assertThat(server.requests())
          .anyMatch(request -> request.contains("runs/create") && request.contains("-rewarded"))
          .anyMatch(request -> request.contains("grpo.learning_rate"))
          .anyMatch(request -> request.contains("reward") && request.contains("0.625"))
          .anyMatch(request -> request.contains("/rewarded/adapter"));
    }
  }

  private static Figure figure(OptionalDouble km, double value) {
    return new Figure(
        "photos",
        "tuned",
        "geolocsft",
        "accuracy",
        km,
        Optional.empty(),
        Slice.ALL,
        value,
        new Interval(Double.NaN, Double.NaN),
        "",
        OptionalDouble.empty(),
        10);
  }

  @Test
  void nobodyIsToldOfTheEvaluationOfAModelThatWasTrainedWithoutMlflow() throws Exception {
    model();
    try (HttpAnswers server = new HttpAnswers(200, answers(SERVED))) {
      assertThat(MlflowTracking.ofModel(config(server), below("model"))).isSameAs(Tracking.NONE);
    }
  }

  @Test
  void artifactsGoIntoAFolderThatHadoopReaches() throws Exception {
    Path artifacts = folder.resolve("artifacts");
    try (HttpAnswers server = new HttpAnswers(200, answers(artifacts.toString()));
        Tracking tracking = tracking(server)) {
      tracking.model(model());
    }
    assertThat(artifacts.resolve("tuned").resolve("adapter #1.bin")).hasContent("weights");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dbfs:/7/abc", "mlflow-artifacts://elsewhere:1/7/abc"})
  void artifactsThatCannotBeKeptWhereTheServerSaysStayInTheOutputFolder(String place)
      throws Exception {
    try (HttpAnswers server = new HttpAnswers(200, answers(place))) {
      try (Tracking tracking = tracking(server)) {
        tracking.model(model());
        tracking.done();
      }
      assertThat(server.requests()).last().asString().contains("runs/update", "FINISHED");
    }
  }

  @Test
  void aServerThatDoesNotAnswerIsNotWaitedFor() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    UnaryOperator<String> silent =
        path -> {
          Uninterruptibles.awaitUninterruptibly(never);
          return "{}";
        };
    try (HttpAnswers server = new HttpAnswers(200, silent);
        Tracking tracking =
            new MlflowTracking(
                config(server),
                TrackedTraining.tuning(config(server)),
                below(""),
                RunStatus.FAILED,
                Duration.ZERO)) {
      tracking.model(model());
    } finally {
      never.countDown();
    }
    assertThat(folder.resolve("model")).isDirectoryNotContaining("glob:**mlflow_run");
  }
}
