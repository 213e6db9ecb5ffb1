package io.geolocsft.cluster;

import ai.djl.Device;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.geolocsft.cluster.ModelSpec.Loaded;
import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.GrpoSettings;
import io.geolocsft.config.Settings;
import io.geolocsft.config.SftSettings;
import io.geolocsft.config.reward.RewardMap;
import io.geolocsft.failure.DataException;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.generate.Generator;
import io.geolocsft.grpo.GrpoReport;
import io.geolocsft.grpo.GrpoTrainer;
import io.geolocsft.grpo.GrpoTrainer.Generators;
import io.geolocsft.grpo.LocatedExample;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.PeftFiles;
import io.geolocsft.prompt.SpecialTokens;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.table.Tables;
import io.geolocsft.training.Checkpoints;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/**
 * What each rank of a training by rewards does.
 *
 * @param model below the adapter
 * @param tuned folder of the adapter to go on from
 * @param tunedId changes when it does
 * @param device {@code auto}, {@code cpu} or {@code cuda}
 * @param settings how ranks work together
 * @param texts form of the answers
 * @param map that rewards look at
 */
public record GrpoRank(
    ModelSpec model,
    HadoopFiles tuned,
    String tunedId,
    String device,
    SftSettings settings,
    GrpoSettings grpo,
    ExampleSettings texts,
    RewardMap map,
    RankRun run)
    implements RankWork {

  @Override
  public String section() {
    return "grpo";
  }

  /**
   * {@inheritDoc}
   *
   * @param rows of {@link ExampleTokens#LOCATED_ROWS}
   */
  @Override
  public void train(Iterator<Row> rows, Device place, AllReduce allReduce) throws Exception {
    try (ExecutorModels.Alone alone = ExecutorModels.alone();
        NativeWork work = NativeWork.begin();
        Loaded loaded = model.load(place, run.images().hadoop());
        LocalFolder folder = LocalFolder.of(tuned);
        LoraAdapter adapter = PeftFiles.load(folder.path(), loaded.model());
        LoraAdapter start = reference(folder, loaded)) {
      List<LocatedExample> examples = examples(rows);
      new EpochSettings(
              section(), grpo.validationShare(), grpo.batchSize(), grpo.epochs(), grpo.iterations())
          .check(examples.size());
      List<TrainingExample> shown = examples.stream().map(LocatedExample::example).toList();
      RankImages seen = RankImages.of(model, loaded, run, shown);
      try (GrpoTrainer trainer =
          new GrpoTrainer(
              grpo.training(settings, run.seed()),
              loaded.model(),
              adapter,
              Optional.ofNullable(start),
              seen::pixels,
              allReduce)) {
        Map<String, String> resultSettings = resultSettings(examples);
        LoggedRows logged = new LoggedRows(run.id(), run.name());
        TrainingLog<GrpoReport> log =
            new TrainingLog<>(
                run.files(), Tables.REWARD_LOG, logged::row, allReduce.rank(), work::pause);
        trainer.train(
            examples,
            generators(loaded),
            loaded.tokenizer()::decode,
            grpo.reward(map),
            Optional.of(seen.cache()),
            new Checkpoints(run.files(), resultSettings, grpo.keepCheckpoints()),
            log);
        log.write();
        if (allReduce.rank() == 0) {
          Map<String, String> notes = Map.of("run_hash", Settings.hash(resultSettings));
          run.store(made -> PeftFiles.save(adapter, made, model.folder(), notes));
        }
      }
    }
  }

  /** What the trained adapter must stay near; null where it need not. */
  private LoraAdapter reference(LocalFolder folder, Loaded loaded) throws IOException {
    return grpo.beta() > 0 ? PeftFiles.load(folder.path(), loaded.model()) : null;
  }

  private Generators generators(Loaded loaded) {
    if (grpo.constrained()) {
      return (any, sampling) -> new Generator(any, sampling, loaded.form(texts));
    }
    SpecialTokens special = loaded.tokenizer().special();
    Set<Integer> stopTokens = Set.of(special.endOfTurn(), special.endOfSequence());
    return (any, sampling) -> new Generator(any, stopTokens, sampling);
  }

  private static List<LocatedExample> examples(Iterator<Row> rows) {
    List<LocatedExample> examples = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    while (rows.hasNext()) {
      LocatedExample image = ExampleTokens.located(rows.next());
      String id = image.example().imageId();
      if (!ids.add(id)) {
        throw new DataException(
            "The image %s has several rows, and answers are drawn to one prompt for each image: keep one row"
                .formatted(id));
      }
      examples.add(image);
    }
    examples.sort(Comparator.comparing(image -> image.example().imageId()));
    return examples;
  }

  /** All that the result depends on, by the names that a user knows. */
  private Map<String, String> resultSettings(List<LocatedExample> examples) {
    Map<String, String> all = new TreeMap<>();
    grpo.resultSettings().forEach((name, value) -> all.put("grpo." + name, value.toString()));
    all.put("run.seed", String.valueOf(run.seed()));
    all.put("model.dtype", model.dtype());
    all.put("files of the model", model.revision());
    all.put("the tuned adapter", tunedId);
    all.put("examples.target", texts.target());
    all.put("examples.decimals", String.valueOf(texts.decimals()));
    all.put("sft.weight_decay", String.valueOf(settings.weightDecay()));
    all.put("sft.beta1", String.valueOf(settings.beta1()));
    all.put("sft.beta2", String.valueOf(settings.beta2()));
    all.put("sft.epsilon", String.valueOf(settings.epsilon()));
    all.put("examples", hash(examples));
    return all;
  }

  private String hash(List<LocatedExample> examples) {
    Hasher hasher = Hashing.sha256().newHasher();
    for (LocatedExample image : examples) {
      TrainingExample example = image.example();
      hasher.putString(example.imageId() + "\n" + example.sha256(), StandardCharsets.UTF_8);
      int seen = grpo.targetWeight() > 0 ? example.tokens().length : example.targetStart();
      IntStream.of(example.tokens()).limit(seen).forEach(hasher::putInt);
      hasher.putDouble(image.truth().latitude()).putDouble(image.truth().longitude());
    }
    return hasher.hash().toString();
  }
}
