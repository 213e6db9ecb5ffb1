package io.geolocsft.cluster;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.geolocsft.cluster.ModelSpec.Loaded;
import io.geolocsft.config.Settings;
import io.geolocsft.config.SftSettings;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.files.UnusableImageException;
import io.geolocsft.gemma.config.CompanionFiles;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.image.RgbImage;
import io.geolocsft.image.preprocess.PanAndScan;
import io.geolocsft.lora.PeftFiles;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.sft.Trainer;
import io.geolocsft.training.Checkpoints;
import io.geolocsft.training.FeatureCache;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
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
 * @param files of the run, where checkpoints, log and result go; driver and ranks see them
 * @param features where those of the vision tower are kept; driver and ranks see them, too
 * @param runId of the run, for the log
 * @param runName what the log calls the run
 */
public record TrainingRank(
    ModelSpec model,
    String device,
    SftSettings settings,
    long seed,
    ImageBytes images,
    HadoopFiles files,
    HadoopFiles features,
    String runId,
    String runName)
    implements Serializable {

  /** The folder, inside that of the run, that holds the finished adapter or model. */
  public static final String RESULT = "result";

  /**
   * Trains, from the newest checkpoint on if there is one. The first rank stores checkpoints and
   * the result.
   */
  void train(Iterator<Row> rows, Device place, AllReduce allReduce) throws Exception {
    try (ExecutorModels.Alone alone = ExecutorModels.alone();
        NativeWork work = NativeWork.begin();
        Loaded loaded = model.load(place, images.hadoop())) {
      List<TrainingExample> examples = examples(rows);
      boolean cropped = examples.stream().anyMatch(example -> example.views() > 1);
      PanAndScan panAndScan = cropped ? model.panAndScan() : null;
      try (Trainer trainer =
          new Trainer(
              settings.training(seed),
              loaded.model(),
              example -> pixels(example, panAndScan, loaded),
              allReduce)) {
        Map<String, String> resultSettings = resultSettings(examples);
        train(trainer, loaded, examples, resultSettings, work, allReduce.rank());
        if (allReduce.rank() == 0) {
          save(trainer, loaded, resultSettings);
        }
      }
    }
  }

  private float[][] pixels(TrainingExample example, PanAndScan panAndScan, Loaded loaded)
      throws IOException {
    RgbImage image = image(example);
    float[][] views =
        loaded.processor().pixels(example.views() > 1 ? panAndScan.views(image) : List.of(image));
    if (views.length != example.views()) {
      throw new LostImageException(
          String.format(
              Locale.ROOT,
              "The prompt of image %s shows it %d times, but pan and scan makes %d views of it: run"
                  + " the stage examples again",
              example.imageId(),
              example.views(),
              views.length));
    }
    return views;
  }

  private RgbImage image(TrainingExample example) throws IOException {
    try {
      return images.image(example.uri(), example.sha256());
    } catch (UnusableImageException e) {
      throw new LostImageException(example, e);
    }
  }

  private static List<TrainingExample> examples(Iterator<Row> rows) {
    List<TrainingExample> examples = new ArrayList<>();
    rows.forEachRemaining(row -> examples.add(ExampleTokens.example(row)));
    examples.sort(Comparator.comparing(TrainingExample::imageId));
    return examples;
  }

  /** All that the result depends on, by the names that a user knows. */
  private Map<String, String> resultSettings(List<TrainingExample> examples) {
    Map<String, String> all = new TreeMap<>();
    settings.resultSettings().forEach((name, value) -> all.put("sft." + name, value.toString()));
    all.put("run.seed", String.valueOf(seed));
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
      Loaded loaded,
      List<TrainingExample> examples,
      Map<String, String> resultSettings,
      NativeWork work,
      int rank)
      throws IOException {
    requireHeldOut(examples.size());
    requireCountable(examples.size());
    TrainingLog log = new TrainingLog(files, runId, runName, rank, work::pause);
    trainer.train(
        examples,
        trainer.adapter().isPresent() ? Optional.of(features(loaded)) : Optional.empty(),
        new Checkpoints(files, resultSettings, settings.keepCheckpoints()),
        log);
    log.write();
  }

  private void requireHeldOut(int examples) {
    long heldOut = Math.round(settings.validationShare() * examples);
    if (settings.validationShare() > 0 && (heldOut == 0 || heldOut == examples)) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "sft.validation_share %s of %d examples holds out %d, and there must be some on"
                  + " either side: change it, or set it to 0",
              settings.validationShare(),
              examples,
              heldOut));
    }
  }

  private void requireCountable(long examples) {
    long steps = (examples / settings.batchSize() + 1) * settings.epochs();
    if (steps > Integer.MAX_VALUE) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "%d examples in batches of sft.batch_size %d over sft.epochs %d are %d steps: at most"
                  + " %d can be counted",
              examples,
              settings.batchSize(),
              settings.epochs(),
              steps,
              Integer.MAX_VALUE));
    }
  }

  /** Of a frozen tower; its folder's files tell how images are prepared for it. */
  private FeatureCache features(Loaded loaded) {
    GemmaConfig config = loaded.model().config();
    int size = config.vision().orElseThrow().tokensPerImage() * config.text().hiddenSize();
    String tower = loaded.model().weights().visionHash() + model.revision();
    String hash = Hashing.sha256().hashString(tower, StandardCharsets.UTF_8).toString();
    return new FeatureCache(features, hash, size);
  }

  private void save(Trainer trainer, Loaded loaded, Map<String, String> resultSettings)
      throws IOException {
    Path made = Files.createTempDirectory("geolocsft-result");
    try {
      Map<String, String> notes = Map.of("run_hash", Settings.hash(resultSettings));
      if (trainer.adapter().isPresent()) {
        PeftFiles.save(trainer.adapter().get(), made, model.folder(), notes);
      } else {
        loaded.model().weights().save(made, DataType.BFLOAT16, notes);
        CompanionFiles.copy(Path.of(model.folder()), made, DataType.BFLOAT16);
      }
      files.upload(made, RESULT);
    } finally {
      MoreFiles.deleteRecursively(made, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
