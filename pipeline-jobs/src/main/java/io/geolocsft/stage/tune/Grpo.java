package io.geolocsft.stage.tune;

import static org.apache.spark.sql.functions.col;

import com.google.common.collect.Maps;
import io.geolocsft.cluster.BarrierTraining;
import io.geolocsft.cluster.ExampleTokens;
import io.geolocsft.cluster.GrpoRank;
import io.geolocsft.cluster.LoggedSteps;
import io.geolocsft.cluster.ModelSpec;
import io.geolocsft.cluster.RankRun;
import io.geolocsft.config.GrpoSettings;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.config.reward.RewardMap;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.geo.Gazetteer;
import io.geolocsft.stage.GeoReference;
import io.geolocsft.stage.ModelCard;
import io.geolocsft.stage.ModelFolder;
import io.geolocsft.stage.StageContext;
import io.geolocsft.stage.TaughtForm;
import io.geolocsft.table.Manifest;
import io.geolocsft.table.Tables;
import io.geolocsft.tracking.MlflowTracking;
import io.geolocsft.tracking.Tracking;
import io.geolocsft.training.Checkpoints;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Trains the tuned adapter on by what its own answers are worth: an adapter in PEFT's format, in
 * the folder {@code rewarded}. A run that was killed goes on from its newest checkpoint.
 */
public final class Grpo implements RankedStage {

  @Override
  public String name() {
    return "grpo";
  }

  @Override
  public List<String> inputs() {
    return List.of(Tables.EXAMPLES.name(), Tables.TUNED);
  }

  @Override
  public Optional<String> leftOut(PipelineConfig config) {
    return config.grpo().isWanted() ? Optional.empty() : Optional.of("grpo.epochs is 0");
  }

  @Override
  public List<String> outputs() {
    return List.of(Tables.REWARDED, Tables.REWARD_LOG.name());
  }

  @Override
  public int revision() {
    return 2;
  }

  /** As those of {@link Sft}, which trained the adapter before. */
  @Override
  public SettingValues settings(SettingValues all) {
    boolean isBnpo = all.only("grpo.objective").values().containsValue("\"bnpo\"");
    return all.only(
            "grpo",
            "model.weights",
            "model.dtype",
            "run.seed",
            "examples.target",
            "examples.decimals",
            "sft.weight_decay",
            "sft.beta1",
            "sft.beta2",
            "sft.epsilon")
        .without(
            GrpoSettings.carryingOut(isBnpo ? "bnpo" : "")
                .map("grpo."::concat)
                .toArray(String[]::new));
  }

  @Override
  public Map<String, String> externalInputs(PipelineConfig config) {
    Map<String, String> inputs = new TreeMap<>(RankedStage.super.externalInputs(config));
    inputs.putAll(ownMaps(config));
    return inputs;
  }

  /** The user's own borders that answers are rewarded for being within. */
  private static Map<String, String> ownMaps(PipelineConfig config) {
    return Maps.filterKeys(GeoReference.fingerprints(config.bin()), config.grpo().maps()::contains);
  }

  @Override
  public void run(StageContext context) throws Exception {
    ModelFolder.check(context.config().model());
    Dataset<Row> examples =
        context
            .tables()
            .read(Tables.EXAMPLES)
            .where(col("status").equalTo("ok"))
            .select(ExampleTokens.locatedColumns());
    GrpoSettings grpo = context.config().grpo();
    WarmUp.tell(context, name(), grpo.steps(examples.count()), grpo.warmupSteps());
    HadoopFiles scratch = context.tables().scratch(name());
    int done = Checkpoints.newest(scratch);
    if (done > 0) {
      context.tell(String.format(Locale.ROOT, "grpo: resuming after step %d", done));
    }
    LoggedSteps log = new LoggedSteps(scratch, Tables.REWARD_LOG);
    try (Tracking tracking = MlflowTracking.ofRewards(context.config(), scratch)) {
      HadoopFiles result;
      try (ShownTraining shown =
          new ShownTraining(context, log, "Training by rewards", Grpo::says, tracking)) {
        result = train(context, examples, scratch);
      }
      context.tables().publish(Tables.REWARD_LOG, log.all(context.spark()));
      context
          .tables()
          .publishDirectory(
              Tables.REWARDED,
              folder -> {
                result.download("", folder);
                TaughtForm.write(folder, context.config().examples());
                Files.writeString(
                    folder.resolve(ModelCard.FILE), ModelCard.rewarded(context.config()).text());
                tracking.model(folder);
              });
      tracking.done();
    }
    context.tables().clearScratch(name());
  }

  private static String says(Row step) {
    StructType columns = Tables.REWARD_LOG.struct();
    int median = columns.fieldIndex("median_distance_km");
    String distance =
        step.isNullAt(median)
            ? ""
            : String.format(Locale.ROOT, ", %.0f km", step.getDouble(median));
    double reward = step.getDouble(columns.fieldIndex("reward"));
    return String.format(Locale.ROOT, "reward %.3f%s", reward, distance);
  }

  private static GrpoRank rank(StageContext context, RankRun run, RewardMap map) {
    PipelineConfig config = context.config();
    return new GrpoRank(
        ModelSpec.base(config.model(), config.run().seed()),
        context.tables().directory(Tables.TUNED).orElseThrow(),
        context.tables().manifest(Tables.TUNED).map(Manifest::id).orElseThrow(),
        config.model().device(),
        config.sft(),
        config.grpo(),
        config.examples(),
        map,
        run);
  }

  private HadoopFiles train(StageContext context, Dataset<Row> examples, HadoopFiles scratch)
      throws Exception {
    RankRun run = rankRun(context, scratch);
    if (ownMaps(context.config()).isEmpty()) {
      return BarrierTraining.run(examples, rank(context, run, Gazetteer::builtIn));
    }
    Broadcast<GeoReference> own =
        JavaSparkContext.fromSparkContext(context.spark().sparkContext())
            .broadcast(GeoReference.read(context.config().bin(), context.spark()));
    try {
      return BarrierTraining.run(examples, rank(context, run, () -> own.value().gazetteer()));
    } finally {
      own.destroy();
    }
  }
}
