package io.geolocsft.stage;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.cluster.TrainingLog;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.ml.GemmaSft;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
    ModelFolder.check(context.config().model());
    Dataset<Row> examples =
        context.tables().read(Tables.EXAMPLES).where(col("status").equalTo("ok"));
    Path scratch = context.tables().scratch(name());
    GemmaSft sft = GemmaSft.of(context.config()).setWorkFolder(scratch.toString());
    if (sft.stepsDone() > 0) {
      context.tell("sft: going on after step %d".formatted(sft.stepsDone()));
    }
    TrainingLog log = new TrainingLog(scratch);
    Path result;
    try (ShownTraining shown = new ShownTraining(context, log)) {
      result = sft.fit(examples).folder();
    }
    context.tables().publish(Tables.TRAINING_LOG, table(context, log));
    context.tables().publishDirectory(TUNED, folder -> copy(result, folder));
    context.tables().clearScratch(name());
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
          new TreeMap<>(files.collect(Collectors.toMap(Path::toString, f -> f))).values()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
