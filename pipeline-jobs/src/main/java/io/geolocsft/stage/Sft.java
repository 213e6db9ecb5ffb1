package io.geolocsft.stage;

import static org.apache.spark.sql.functions.col;

import com.google.common.hash.Hashing;
import io.geolocsft.cluster.BarrierTraining;
import io.geolocsft.cluster.ModelSpec;
import io.geolocsft.cluster.TrainingLog;
import io.geolocsft.cluster.TrainingRank;
import io.geolocsft.config.ConfigException;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.image.DecodeLimits;
import io.geolocsft.table.ImageBytes;
import io.geolocsft.table.Manifest;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Fine-tunes the model on the examples: an adapter in PEFT's format, or with {@code sft.adapter:
 * none} a whole model, in the folder {@code tuned}. A run that was killed goes on from its newest
 * checkpoint.
 */
public final class Sft implements Stage {

  /** The folder that this stage publishes. */
  public static final String TUNED = "tuned";

  @Override
  public String name() {
    return "sft";
  }

  @Override
  public List<String> inputs() {
    return List.of(Tables.EXAMPLES.name());
  }

  @Override
  public List<String> outputs() {
    return List.of(TUNED, Tables.TRAINING_LOG.name());
  }

  @Override
  public Object settings(PipelineConfig config) {
    return List.of(config.sft(), config.model(), config.examples().layout(), config.run().seed());
  }

  @Override
  public Map<String, String> externalInputs(PipelineConfig config) {
    return ModelFolder.fingerprints(config.model());
  }

  @Override
  public void run(StageContext context) throws Exception {
    PipelineConfig config = context.config();
    check(config);
    ModelFolder.check(config.model());
    Dataset<Row> examples =
        context.tables().read(Tables.EXAMPLES).where(col("status").equalTo("ok"));
    Path scratch = context.tables().scratch(name());
    TrainingRank rank = rank(context, scratch);
    if (rank.stepsDone() > 0) {
      context.tell("sft: going on after step %d".formatted(rank.stepsDone()));
    }
    TrainingLog log = new TrainingLog(scratch);
    Path result;
    try (ShownTraining shown = new ShownTraining(context, log)) {
      result = BarrierTraining.run(examples, rank);
    }
    context.tables().publish(Tables.TRAINING_LOG, table(context, log));
    context.tables().publishDirectory(TUNED, folder -> copy(result, folder));
    context.tables().clearScratch(name());
  }

  private static void check(PipelineConfig config) {
    if (config.sft().ranks() > 1) {
      throw new ConfigException(
          "sft.ranks is %d; this version trains on one rank. Set sft.ranks: 1 and sft.batch_size to a multiple of sft.micro_batch_size."
              .formatted(config.sft().ranks()));
    }
    if (config.sft().adapter().equals("none") && !config.model().dtype().equals("float32")) {
      throw new ConfigException(
          "sft.adapter: none trains all weights, which needs model.dtype: float32, not %s"
              .formatted(config.model().dtype()));
    }
  }

  private TrainingRank rank(StageContext context, Path scratch) {
    PipelineConfig config = context.config();
    String inputs =
        context.tables().manifest(Tables.EXAMPLES.name()).map(Manifest::id).orElseThrow();
    String revision = ModelFolder.fingerprints(config.model()).toString();
    return new TrainingRank(
        ModelSpec.base(config.model(), revision, config.run().seed()),
        config.model().device(),
        config.examples(),
        config.sft(),
        config.run().seed(),
        new ImageBytes(
            context.spark().sessionState().newHadoopConf(), DecodeLimits.DEFAULT.maxBytes()),
        scratch.toString(),
        hash(inputs, revision, settings(config)));
  }

  private static String hash(Object... parts) {
    return Hashing.sha256()
        .hashString(List.of(parts).toString(), StandardCharsets.UTF_8)
        .toString();
  }

  private static Dataset<Row> table(StageContext context, TrainingLog log) throws IOException {
    String run = context.config().run().name();
    int every = context.config().sft().logSteps();
    List<Row> rows =
        log.read().stream()
            .filter(line -> line.step() % every == 0 || line.step() + 1 == line.steps())
            .map(line -> row(run, line))
            .toList();
    return context.spark().createDataFrame(rows, Tables.TRAINING_LOG.struct()).coalesce(1);
  }

  private static Row row(String run, TrainingLog.Line line) {
    return RowFactory.create(
        run,
        line.rank(),
        line.step(),
        line.epoch(),
        line.loss(),
        line.learningRate(),
        line.gradientNorm(),
        line.targetTokens(),
        line.tokensPerSecond(),
        line.dataSeconds(),
        line.forwardSeconds(),
        line.backwardSeconds(),
        line.reduceSeconds(),
        line.updateSeconds());
  }

  private static void copy(Path from, java.nio.file.Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file :
          new TreeMap<>(files.collect(java.util.stream.Collectors.toMap(Path::toString, f -> f)))
              .values()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
