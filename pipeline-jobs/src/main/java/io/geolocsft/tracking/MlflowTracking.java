package io.geolocsft.tracking;

import com.google.common.collect.Lists;
import com.google.common.io.ByteSource;
import com.google.common.io.MoreFiles;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.files.HadoopFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Training runs in an MLflow tracking server. Its calls run in a thread of their own; a server that
 * fails is told of once, is tried again with the next steps, and holds up nothing. Files are waited
 * for, but not for long.
 *
 * <p>A run that was killed goes on as the same run of MLflow, and so does the evaluation of its
 * model. Credentials come from MLflow's own environment variables, such as {@code
 * MLFLOW_TRACKING_TOKEN}.
 */
public final class MlflowTracking implements Tracking {

  private static final Logger LOG = LoggerFactory.getLogger(MlflowTracking.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A file that takes longer than a second for each of these is given up. */
  private static final long LEAST_BYTES_PER_SECOND = 1_000_000;

  /** Larger files, such as those of a whole model, would hold up the run. */
  private static final long MOST_FILE_BYTES = 1L << 30;

  /** Holds the run's id in the work folder, and then in that of the tuned model. */
  private static final String FILE = "mlflow_run";

  private static final int MOST_ID_BYTES = 1000;

  /** As many as MLflow takes in one request. */
  private static final int MOST_METRICS = 1000;

  private final PipelineConfig config;
  private final TrackedTraining training;
  private final BasicMlflowHostCreds server;
  private final HadoopFiles files;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          new ThreadFactoryBuilder().setNameFormat("mlflow").setDaemon(true).build());
  private final List<Metric> pending = new ArrayList<>();
  private MlflowClient client;
  private String run;
  private long lastStep = -1;
  private boolean warned;
  private final Duration patience;
  private volatile RunStatus ending;

  /**
   * Of one training run.
   *
   * @param training what it is
   * @param files that hold the id of its run in MLflow, or will
   * @param ending of that run, unless told of another
   * @param patience with a server that does not answer
   */
  MlflowTracking(
      PipelineConfig config,
      TrackedTraining training,
      HadoopFiles files,
      RunStatus ending,
      Duration patience) {
    this.config = config;
    this.training = training;
    this.server = credentials(config.sft().mlflowUri());
    this.files = files;
    this.ending = ending;
    this.patience = patience;
  }

  /**
   * The tracking of fine-tuning that a configuration asks for.
   *
   * @param files of the training run
   */
  public static Tracking ofTuning(PipelineConfig config, HadoopFiles files) {
    return ofTraining(config, TrackedTraining.tuning(config), files);
  }

  /** The same of training by rewards: a run of its own. */
  public static Tracking ofRewards(PipelineConfig config, HadoopFiles files) {
    return ofTraining(config, TrackedTraining.rewards(config), files);
  }

  private static Tracking ofTraining(
      PipelineConfig config, TrackedTraining training, HadoopFiles files) {
    return config.sft().mlflowUri().isEmpty()
        ? NONE
        : new MlflowTracking(config, training, files, RunStatus.FAILED, PATIENCE);
  }

  /**
   * The tracking of what is found out about a model, as of the training run that it came of.
   *
   * @param model files of the tuned or the rewarded model
   */
  public static Tracking ofModel(PipelineConfig config, HadoopFiles model) throws IOException {
    return config.sft().mlflowUri().isEmpty() || !model.list("").containsKey(FILE)
        ? NONE
        : new MlflowTracking(
            config, TrackedTraining.tuning(config), model, RunStatus.FINISHED, PATIENCE);
  }

  /** MLflow's own client has them from the environment in Python alone. */
  private static BasicMlflowHostCreds credentials(String uri) {
    return new BasicMlflowHostCreds(
        uri,
        System.getenv("MLFLOW_TRACKING_USERNAME"),
        System.getenv("MLFLOW_TRACKING_PASSWORD"),
        System.getenv("MLFLOW_TRACKING_TOKEN"),
        false);
  }

  @Override
  public void steps(List<Row> steps) {
    if (!steps.isEmpty()) {
      thread.execute(() -> attempt(() -> send(steps)));
    }
  }

  @Override
  public void model(Path folder) throws IOException {
    Map<String, ByteSource> sources = new TreeMap<>();
    try (var paths = Files.list(folder)) {
      paths.forEach(
          path ->
              sources.put(
                  training.folder() + "/" + path.getFileName(), MoreFiles.asByteSource(path)));
    }
    deliver(sources, () -> Files.writeString(folder.resolve(FILE), run));
  }

  @Override
  public void evaluation(List<Figure> figures, Map<String, ByteSource> sources) throws IOException {
    deliver(sources, () -> log(TrackedFigures.of(figures, System.currentTimeMillis())));
  }

  @Override
  public void done() {
    ending = RunStatus.FINISHED;
  }

  @Override
  public void close() {
    thread.execute(
        () ->
            attempt(
                () -> {
                  send(List.of());
                  client.setTerminated(run, ending);
                }));
    thread.execute(this::disconnect);
    if (!MoreExecutors.shutdownAndAwaitTermination(thread, patience)) {
      LOG.warn("MLflow at {} does not answer; its run is left open", config.sft().mlflowUri());
    }
  }

  private void disconnect() {
    if (client != null) {
      client.close();
      client = null;
    }
  }

  /** What may fail without harm. */
  @FunctionalInterface
  private interface Call {
    void run() throws IOException;
  }

  private void attempt(Call call) {
    try {
      call.run();
    } catch (IOException | RuntimeException e) {
      if (!warned) {
        LOG.warn(
            "MLflow at {} cannot be sent training progress; this is retried, and training carries"
                + " on. Look at sft.mlflow_uri and MLFLOW_TRACKING_TOKEN.",
            config.sft().mlflowUri(),
            e);
        warned = true;
      }
    }
  }

  /** Waits until files are there, within limits, and goes on without them where they cannot be. */
  private void deliver(Map<String, ByteSource> sources, Call before) throws IOException {
    Map<String, ByteSource> small = new TreeMap<>();
    long bytes = 0;
    for (Map.Entry<String, ByteSource> source : sources.entrySet()) {
      long size = source.getValue().size();
      if (size > MOST_FILE_BYTES) {
        LOG.warn("{} is too large for MLflow and stays in the output folder", source.getKey());
      } else {
        bytes += size;
        small.put(source.getKey(), source.getValue());
      }
    }
    Future<?> sending =
        thread.submit(
            () -> {
              send(List.of());
              before.run();
              upload(small);
              return null;
            });
    try {
      sending.get(patience.toSeconds() + bytes / LEAST_BYTES_PER_SECOND, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn(
          "MLflow at {} was not sent all of {}. They are in the output folder, and the run carries"
              + " on.",
          config.sft().mlflowUri(),
          small.keySet(),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sending.cancel(true);
    }
  }

  private void upload(Map<String, ByteSource> sources) throws IOException, InterruptedException {
    String uri = client.getRun(run).getInfo().getArtifactUri();
    MlflowArtifacts artifacts = MlflowArtifacts.at(uri, server, files.hadoop());
    for (Map.Entry<String, ByteSource> source : sources.entrySet()) {
      artifacts.put(source.getKey(), source.getValue());
    }
  }

  private void send(List<Row> steps) throws IOException {
    long now = System.currentTimeMillis();
    steps.forEach(step -> pending.addAll(metrics(step, now)));
    if (run == null) {
      begin();
    }
    // A run that goes on reads its log from the beginning.
    List<Metric> fresh = pending.stream().filter(metric -> metric.getStep() > lastStep).toList();
    log(fresh);
    lastStep = fresh.stream().mapToLong(Metric::getStep).max().orElse(lastStep);
    pending.clear();
  }

  private void log(List<Metric> metrics) {
    for (List<Metric> part : Lists.partition(metrics, MOST_METRICS)) {
      client.logBatch(run, part, List.of(), List.of());
    }
  }

  private List<Metric> metrics(Row step, long now) {
    StructType columns = training.log().struct();
    List<Metric> metrics = new ArrayList<>();
    for (String name : training.metrics()) {
      int column = columns.fieldIndex(name);
      if (!step.isNullAt(column)) {
        metrics.add(
            Metric.newBuilder()
                .setKey(name)
                .setValue(step.getDouble(column))
                .setTimestamp(now)
                .setStep(step.getInt(columns.fieldIndex("step")))
                .build());
      }
    }
    return metrics;
  }

  private void begin() throws IOException {
    // One that is left of a try before keeps its connections.
    disconnect();
    client = new MlflowClient(server);
    String earlier = read();
    if (earlier.isEmpty()) {
      String begun = create();
      try (OutputStream out = files.create(FILE)) {
        out.write(begun.getBytes(StandardCharsets.UTF_8));
      }
      run = begun;
    } else {
      lastStep =
          client.getRun(earlier).getData().getMetricsList().stream()
              .mapToLong(Metric::getStep)
              .max()
              .orElse(-1);
      run = earlier;
    }
  }

  private String read() throws IOException {
    try (InputStream in = files.open(FILE)) {
      return new String(in.readNBytes(MOST_ID_BYTES), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      return "";
    }
  }

  private String create() {
    String name = config.sft().mlflowExperiment();
    String experiment =
        client
            .getExperimentByName(name)
            .map(Experiment::getExperimentId)
            .orElseGet(() -> client.createExperiment(name));
    String id =
        client
            .createRun(
                CreateRun.newBuilder()
                    .setExperimentId(experiment)
                    .setRunName(training.run())
                    .setStartTime(System.currentTimeMillis())
                    .build())
            .getRunId();
    List<Param> params = new ArrayList<>();
    training.settings().forEach((setting, value) -> params.add(param(setting, value)));
    params.add(param("sft.ranks", config.sft().ranks()));
    params.add(param("model.path", config.model().path()));
    params.add(param("model.dtype", config.model().dtype()));
    params.add(param("run.seed", config.run().seed()));
    RunTag folder = RunTag.newBuilder().setKey("geolocsft.files").setValue(files.folder()).build();
    client.logBatch(id, List.of(), params, List.of(folder));
    return id;
  }

  private static Param param(String name, Object value) {
    return Param.newBuilder().setKey(name).setValue(value.toString()).build();
  }
}
