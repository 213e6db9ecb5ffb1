package io.geolocsft.stage.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;

import com.google.common.base.Strings;
import io.geolocsft.config.EvaluateSettings;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.Settings;
import io.geolocsft.evaluate.Evaluation;
import io.geolocsft.evaluate.Tally;
import io.geolocsft.report.data.RewardStep;
import io.geolocsft.report.data.RunFacts;
import io.geolocsft.report.data.RunFacts.Fact;
import io.geolocsft.report.data.RunFacts.StageTime;
import io.geolocsft.report.data.TrainingStep;
import io.geolocsft.table.Manifest;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What the report shows of the run itself.
 *
 * @param config the whole configuration
 * @param tables the run's outputs
 */
record ReportedRun(PipelineConfig config, TableStore tables) {

  RunFacts facts() {
    return new RunFacts(
        List.of(
            new Fact("Run", config.run().name()),
            new Fact("Model", lastName(config.model().path())),
            new Fact("Seed", Long.toString(config.run().seed())),
            new Fact(
                "Code",
                tables.manifest(Tables.METRICS.name()).map(Manifest::codeVersion).orElse("")),
            new Fact("Configuration", config.hash()),
            new Fact(
                "Selection",
                String.format(
                    Locale.ROOT, "%,d by %s", config.select().count(), config.select().strategy())),
            new Fact("Fine-tuning", tuning()),
            new Fact("Prompt", config.examples().prompt())),
        stages(),
        Settings.yaml(config));
  }

  /** How long each stage took when it last ran, of those whose tables are there. */
  private List<StageTime> stages() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    tables.published().stream()
        .flatMap(table -> tables.manifest(table.name()).stream())
        .filter(manifest -> !Strings.isNullOrEmpty(manifest.stage()))
        .sorted(Comparator.comparing(Manifest::createdAt))
        .forEach(manifest -> seconds.merge(manifest.stage(), seconds(manifest), Math::max));
    return seconds.entrySet().stream()
        .map(stage -> new StageTime(stage.getKey(), stage.getValue()))
        .toList();
  }

  private static double seconds(Manifest manifest) {
    Instant started = Instant.parse(manifest.startedAt());
    return Duration.between(started, Instant.parse(manifest.createdAt())).toMillis() / 1000.0;
  }

  /**
   * Steps; the loss of one is that of all ranks, in each one's row. Not every step may be logged,
   * so how far training came is told by a step's number, not by the rows.
   */
  List<TrainingStep> training() {
    return tables
        .read(Tables.TRAINING_LOG)
        .groupBy("step")
        .agg(max("steps"), max("loss"), max("learning_rate"))
        .orderBy("step")
        .collectAsList()
        .stream()
        .map(
            row ->
                new TrainingStep(
                    row.getInt(0) + 1,
                    epoch(row.getInt(0) + 1, row.isNullAt(1) ? 0 : row.getInt(1)),
                    row.isNullAt(2) ? Double.NaN : row.getDouble(2),
                    row.getDouble(3)))
        .toList();
  }

  /** Steps of training by rewards, if it was asked for. */
  List<RewardStep> rewards() {
    if (!config.grpo().isWanted()) {
      return List.of();
    }
    return tables
        .read(Tables.REWARD_LOG)
        .where(col("rank").equalTo(0))
        .orderBy("step")
        .select("step", "steps", "reward", "validation_reward", "entropy", "kl")
        .collectAsList()
        .stream()
        .map(
            row ->
                new RewardStep(
                    row.getInt(0) + 1,
                    config.grpo().epochs() * (row.getInt(0) + 1.0) / row.getInt(1),
                    row.getDouble(2),
                    row.isNullAt(3) ? OptionalDouble.empty() : OptionalDouble.of(row.getDouble(3)),
                    row.getDouble(4),
                    row.getDouble(5)))
        .toList();
  }

  /**
   * Passes over the data.
   *
   * @param steps done
   * @param all steps that were planned; 0 in tables of before there was such a column
   */
  private double epoch(int steps, int all) {
    return all > 0 ? config.sft().epochs() * steps / all : config.sft().epochs();
  }

  List<String> notes() {
    EvaluateSettings settings = config.evaluate();
    List<String> notes = new ArrayList<>();
    notes.add(settings.convention().describe());
    if (settings.bootstrapSamples() > 0) {
      notes.add(
          String.format(
              Locale.ROOT,
              "Intervals hold %s\u202F%% of %,d bootstrap resamples of %s; the row of differences resamples both models together, image by image.",
              trimmed(settings.confidence() * 100),
              settings.bootstrapSamples(),
              settings.resample().equals("author")
                  ? "the authors, all images of one at once"
                  : "the images"));
      if (isCounted()) {
        notes.add(
            String.format(
                Locale.ROOT,
                "Benchmarks of more than %,d images are counted by distance in bins of 0.5\u202F%%, within which their quantiles lie, and resampled in %,d groups of %s, each as often as Poisson's distribution says.",
                Evaluation.EXACT_IMAGES,
                Tally.GROUPS,
                settings.resample().equals("author") ? "authors" : "images"));
      }
    }
    if (settings.references().contains(EvaluateSettings.MEAN_POINT)) {
      notes.add(
          "Mean point answers every image with the middle of the selection's points on the sphere.");
    }
    if (settings.references().contains(EvaluateSettings.PIXEL_NEAREST_NEIGHBOUR)) {
      notes.add(
          "Pixel nearest neighbour answers with the place of the selected image that is nearest in colour at 16 x 16 pixels.");
    }
    notes.add(
        String.format(
            Locale.ROOT, "Slices of fewer than %d images are left out.", settings.minSlice()));
    return notes;
  }

  private boolean isCounted() {
    return !tables.read(Tables.METRICS).where(col("resampling").equalTo("poisson")).isEmpty();
  }

  private String tuning() {
    return config.sft().adapter().equals("lora")
        ? String.format(
            Locale.ROOT,
            "LoRA, rank %d, %s epochs",
            config.sft().rank(),
            trimmed(config.sft().epochs()))
        : "all weights, %s epochs".formatted(trimmed(config.sft().epochs()));
  }

  private static String trimmed(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  private static String lastName(String path) {
    return path.substring(path.replaceAll("/+$", "").lastIndexOf('/') + 1);
  }
}
