package io.geolocsft.cluster;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Ints;
import io.geolocsft.cluster.ModelSpec.Loaded;
import io.geolocsft.config.Settings;
import io.geolocsft.config.SftSettings;
import io.geolocsft.gemma.config.CompanionFiles;
import io.geolocsft.lora.PeftFiles;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.sft.StepReport;
import io.geolocsft.sft.Trainer;
import io.geolocsft.table.Tables;
import io.geolocsft.training.Checkpoints;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/**
 * What each rank of a training run does.
 *
 * @param model what to start from
 * @param device {@code auto}, {@code cpu} or {@code cuda}
 */
public record TrainingRank(ModelSpec model, String device, SftSettings settings, RankRun run)
    implements RankWork {

  @Override
  public String section() {
    return "sft";
  }

  @Override
  public void train(Iterator<Row> rows, Device place, AllReduce allReduce) throws Exception {
    try (ExecutorModels.Alone alone = ExecutorModels.alone();
        NativeWork work = NativeWork.begin();
        Loaded loaded = model.load(place, run.images().hadoop())) {
      List<TrainingExample> examples = examples(rows);
      RankImages seen = RankImages.of(model, loaded, run, examples);
      try (Trainer trainer =
          new Trainer(settings.training(run.seed()), loaded.model(), seen::pixels, allReduce)) {
        Map<String, String> resultSettings = resultSettings(examples);
        train(trainer, seen, examples, resultSettings, work, allReduce.rank());
        if (allReduce.rank() == 0) {
          save(trainer, loaded, resultSettings);
        }
      }
    }
  }

  private static List<TrainingExample> examples(Iterator<Row> rows) {
    List<TrainingExample> examples = new ArrayList<>();
    rows.forEachRemaining(row -> examples.add(ExampleTokens.example(row)));
    examples.sort(
        Comparator.comparing(TrainingExample::imageId)
            .thenComparing(TrainingExample::sha256)
            .thenComparing(TrainingExample::tokens, Ints.lexicographicalComparator()));
    return examples;
  }

  /** All that the result depends on, by the names that a user knows. */
  private Map<String, String> resultSettings(List<TrainingExample> examples) {
    Map<String, String> all = new TreeMap<>();
    settings.resultSettings().forEach((name, value) -> all.put("sft." + name, value.toString()));
    all.put("run.seed", String.valueOf(run.seed()));
    all.put("model.dtype", model.dtype());
    all.put("model.weights", model.randomSeed() == ModelSpec.LOADED ? "load" : "random");
    all.put("files of the model", model.revision());
    all.put("examples", hash(examples));
    return all;
  }

  private static String hash(List<TrainingExample> examples) {
    Hasher hasher = Hashing.sha256().newHasher();
    for (TrainingExample example : examples) {
      hasher.putString(example.imageId() + "\n" + example.sha256(), StandardCharsets.UTF_8);
      hasher.putInt(example.targetStart());
      IntStream.of(example.tokens()).forEach(hasher::putInt);
    }
    return hasher.hash().toString();
  }

  private void train(
      Trainer trainer,
      RankImages seen,
      List<TrainingExample> examples,
      Map<String, String> resultSettings,
      NativeWork work,
      int rank)
      throws IOException {
    new EpochSettings(
            section(), settings.validationShare(), settings.batchSize(), settings.epochs(), 1)
        .check(examples.size());
    LoggedRows rows = new LoggedRows(run.id(), run.name());
    TrainingLog<StepReport> log =
        new TrainingLog<>(run.files(), Tables.TRAINING_LOG, rows::row, rank, work::pause);
    trainer.train(
        examples,
        trainer.adapter().isPresent() ? Optional.of(seen.cache()) : Optional.empty(),
        new Checkpoints(run.files(), resultSettings, settings.keepCheckpoints()),
        log);
    log.write();
  }

  private void save(Trainer trainer, Loaded loaded, Map<String, String> resultSettings)
      throws IOException {
    Map<String, String> notes = Map.of("run_hash", Settings.hash(resultSettings));
    run.store(
        folder -> {
          if (trainer.adapter().isPresent()) {
            PeftFiles.save(trainer.adapter().get(), folder, model.folder(), notes);
          } else {
            loaded.model().weights().save(folder, DataType.BFLOAT16, notes);
            CompanionFiles.copy(Path.of(model.folder()), folder, DataType.BFLOAT16);
          }
        });
  }
}
