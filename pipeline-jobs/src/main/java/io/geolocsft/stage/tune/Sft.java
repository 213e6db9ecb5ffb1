package io.geolocsft.stage.tune;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.cluster.BarrierTraining;
import io.geolocsft.cluster.ExampleTokens;
import io.geolocsft.cluster.LoggedSteps;
import io.geolocsft.cluster.ModelSpec;
import io.geolocsft.cluster.TrainingRank;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.config.SftSettings;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.stage.ModelCard;
import io.geolocsft.stage.ModelFolder;
import io.geolocsft.stage.StageContext;
import io.geolocsft.stage.TaughtForm;
import io.geolocsft.table.Tables;
import io.geolocsft.tracking.MlflowTracking;
import io.geolocsft.tracking.Tracking;
import io.geolocsft.training.Checkpoints;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Fine-tunes the model on the examples: an adapter in PEFT's format, or with {@code sft.adapter:
 * none} a whole model, in the folder {@code tuned}. A run that was killed goes on from its newest
 * checkpoint.
 */
public final class Sft implements RankedStage {

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
    return List.of(Tables.TUNED, Tables.TRAINING_LOG.name());
  }

  @Override
  public int revision() {
    return 3;
  }

  /**
   * Weights and loss follow from all but what says how a run is carried out (ranks, micro-batch,
   * device, checkpoints, logs, tracking): another number of ranks goes on with it, and another
   * {@code log_steps} holds from the next training on. The model counts by its files, wherever they
   * lie.
   */
  @Override
  public SettingValues settings(SettingValues all) {
    return all.only("sft", "model.weights", "model.dtype", "run.seed")
        .without(SftSettings.carryingOut().map("sft."::concat).toArray(String[]::new));
  }

  @Override
  public void run(StageContext context) throws Exception {
    ModelFolder.check(context.config().model());
    Dataset<Row> examples =
        context
            .tables()
            .read(Tables.EXAMPLES)
            .where(col("status").equalTo("ok"))
            .select(ExampleTokens.columns());
    SftSettings sft = context.config().sft();
    WarmUp.tell(context, name(), sft.steps(examples.count()), sft.warmupSteps());
    HadoopFiles scratch = context.tables().scratch(name());
    int done = Checkpoints.newest(scratch);
    if (done > 0) {
      context.tell(String.format(Locale.ROOT, "sft: resuming after step %d", done));
    }
    LoggedSteps log = new LoggedSteps(scratch, Tables.TRAINING_LOG);
    try (Tracking tracking = MlflowTracking.ofTuning(context.config(), scratch)) {
      HadoopFiles result;
      try (ShownTraining shown =
          new ShownTraining(context, log, "Fine-tuning", Sft::says, tracking)) {
        result = BarrierTraining.run(examples, rank(context, scratch));
      }
      context.tables().publish(Tables.TRAINING_LOG, table(context, log));
      context
          .tables()
          .publishDirectory(
              Tables.TUNED,
              folder -> {
                result.download("", folder);
                TaughtForm.write(folder, context.config().examples());
                Files.writeString(
                    folder.resolve(ModelCard.FILE), ModelCard.tuned(context.config()).text());
                tracking.model(folder);
              });
      tracking.done();
    }
    context.tables().clearScratch(name());
  }

  private static String says(Row step) {
    int loss = Tables.TRAINING_LOG.struct().fieldIndex("loss");
    return String.format(Locale.ROOT, "loss %.4f", step.getDouble(loss));
  }

  private TrainingRank rank(StageContext context, HadoopFiles scratch) {
    PipelineConfig config = context.config();
    return new TrainingRank(
        ModelSpec.base(config.model(), config.run().seed()),
        config.model().device(),
        config.sft(),
        rankRun(context, scratch));
  }

  /** Every so many steps, and those that validation followed. */
  private static Dataset<Row> table(StageContext context, LoggedSteps log) {
    Column shown = col("step").mod(context.config().sft().logSteps()).equalTo(0);
    Column last = col("step").plus(1).equalTo(col("steps"));
    return log.all(context.spark()).where(shown.or(last).or(col("validation_loss").isNotNull()));
  }
}
