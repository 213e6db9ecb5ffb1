package io.geolocsft.cluster;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.geolocsft.cluster.ModelSpec.Loaded;
import io.geolocsft.config.SftSettings;
import io.geolocsft.gemma.GemmaConfig;
import io.geolocsft.image.DecodeLimits;
import io.geolocsft.image.ImageDecoder;
import io.geolocsft.image.ImageException;
import io.geolocsft.image.PanAndScan;
import io.geolocsft.image.RgbImage;
import io.geolocsft.lora.LoraConfig;
import io.geolocsft.lora.PeftFiles;
import io.geolocsft.prompt.PromptEncoder;
import io.geolocsft.prompt.PromptLayout;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.sft.Checkpoints;
import io.geolocsft.sft.FeatureCache;
import io.geolocsft.sft.LearningRateSchedule;
import io.geolocsft.sft.StepReport;
import io.geolocsft.sft.Trainer;
import io.geolocsft.sft.TrainingExample;
import io.geolocsft.sft.TrainingSettings;
import io.geolocsft.sft.TrainingSettings.Savings;
import io.geolocsft.table.ImageBytes;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/**
 * What each rank of a training run does.
 *
 * @param model what to start from
 * @param device {@code auto}, {@code cpu} or {@code cuda}
 * @param layout name of a {@link PromptLayout}
 * @param folder where checkpoints, log and result go; driver and ranks see it
 */
public record TrainingRank(
    ModelSpec model,
    String device,
    String layout,
    SftSettings settings,
    long seed,
    ImageBytes images,
    String folder)
    implements Serializable {

  /** The folder, inside that of the run, that holds the finished adapter or model. */
  public static final String RESULT = "result";

  private static final String CHECKPOINTS = "checkpoints";

  /** How many steps an earlier run of a folder finished; 0 if it is new. */
  public static int stepsDone(Path folder) throws IOException {
    return Checkpoints.newest(folder.resolve(CHECKPOINTS));
  }

  /**
   * Trains, from the newest checkpoint on if there is one. The first rank stores checkpoints and
   * the result.
   */
  void train(Iterator<Row> rows, Device place, AllReduce allReduce) throws Exception {
    try (NativeWork work = NativeWork.begin();
        Loaded loaded = model.load(place)) {
      List<TrainingExample> examples = examples(rows, loaded);
      boolean cropped = examples.stream().anyMatch(example -> example.views() > 1);
      PanAndScan panAndScan = cropped ? model.panAndScan() : null;
      try (Trainer trainer =
          new Trainer(
              trainingSettings(),
              loaded.model(),
              example -> pixels(example, panAndScan, loaded),
              allReduce)) {
        String runHash = runHash(examples);
        train(trainer, loaded, examples, runHash, work, allReduce.rank());
        if (allReduce.rank() == 0) {
          save(trainer, loaded, runHash);
        }
      }
    }
  }

  private float[][] pixels(TrainingExample example, PanAndScan panAndScan, Loaded loaded)
      throws IOException {
    try {
      RgbImage image = ImageDecoder.decode(images.read(example.uri()), DecodeLimits.DEFAULT);
      float[][] views =
          loaded.processor().pixels(example.views() > 1 ? panAndScan.views(image) : List.of(image));
      if (views.length != example.views()) {
        throw new IOException(
            "The prompt of image %s shows it %d times, but pan and scan makes %d views of it: write the examples again"
                .formatted(example.imageId(), example.views(), views.length));
      }
      return views;
    } catch (FileNotFoundException | ImageException e) {
      throw new LostImageException(example, e);
    }
  }

  private TrainingSettings trainingSettings() {
    LoraConfig lora =
        new LoraConfig(
            settings.rank(),
            settings.alpha(),
            settings.dropout(),
            settings.targetModules(),
            settings.rankStabilized());
    return new TrainingSettings(
        settings.adapter().equals("lora") ? Optional.of(lora) : Optional.empty(),
        settings.learningRate(),
        LearningRateSchedule.valueOf(settings.schedule().toUpperCase(Locale.ROOT)),
        settings.warmupSteps(),
        settings.epochs(),
        settings.batchSize(),
        settings.microBatchSize(),
        settings.maxGradientNorm(),
        settings.weightDecay(),
        settings.beta1(),
        settings.beta2(),
        settings.epsilon(),
        settings.checkpointSteps(),
        settings.keepCheckpoints(),
        seed,
        new Savings(true, settings.gradientCheckpointing(), Savings.USUAL_LOGITS));
  }

  private List<TrainingExample> examples(Iterator<Row> rows, Loaded loaded) {
    int imageTokens = loaded.model().config().vision().orElseThrow().tokensPerImage();
    PromptEncoder encoder =
        new PromptEncoder(loaded.tokenizer(), imageTokens, PromptLayout.of(layout));
    List<TrainingExample> examples = new ArrayList<>();
    rows.forEachRemaining(row -> examples.add(example(row, encoder)));
    examples.sort(Comparator.comparing(TrainingExample::imageId));
    return examples;
  }

  private static TrainingExample example(Row row, PromptEncoder encoder) {
    // Tables of before pan and scan have none.
    Integer given = row.getAs("image_views");
    int views = given == null ? 1 : given;
    int[] prompt = encoder.prompt(row.getAs("prompt"), views);
    int[] target = encoder.target(row.getAs("target_text"));
    int[] tokens = Arrays.copyOf(prompt, prompt.length + target.length);
    System.arraycopy(target, 0, tokens, prompt.length, target.length);
    return new TrainingExample(
        row.getAs("image_id"), tokens, prompt.length, row.getAs("uri"), row.getAs("sha256"), views);
  }

  /** Of everything that the result depends on: a checkpoint is resumed only where it is equal. */
  private String runHash(List<TrainingExample> examples) {
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putString(List.of(model, settings, seed).toString(), StandardCharsets.UTF_8);
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
      String runHash,
      NativeWork work,
      int rank)
      throws IOException {
    Path home = Path.of(folder);
    TrainingLog log = new TrainingLog(home);
    log.repair(rank);
    trainer.train(
        examples,
        trainer.adapter().isPresent() ? Optional.of(features(loaded)) : Optional.empty(),
        new Checkpoints(home.resolve(CHECKPOINTS), runHash, settings.keepCheckpoints()),
        report -> {
          append(log, report);
          work.pause();
        });
  }

  /** Of a frozen tower. */
  private FeatureCache features(Loaded loaded) throws IOException {
    GemmaConfig config = loaded.model().config();
    int size = config.vision().orElseThrow().tokensPerImage() * config.text().hiddenSize();
    String tower = loaded.model().weights().visionHash();
    return new FeatureCache(Path.of(folder, "features"), tower, size);
  }

  private static void append(TrainingLog log, StepReport report) {
    try {
      log.append(report);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing the training log failed", e);
    }
  }

  private void save(Trainer trainer, Loaded loaded, String runHash) throws IOException {
    Path result = Files.createDirectories(Path.of(folder, RESULT));
    Map<String, String> notes = Map.of("run_hash", runHash);
    if (trainer.adapter().isPresent()) {
      PeftFiles.save(trainer.adapter().get(), result, model.folder(), notes);
      return;
    }
    loaded.model().weights().save(result, DataType.BFLOAT16, notes);
    for (String name : ModelSpec.FILES) {
      Path source = Path.of(model.folder()).resolve(name);
      Files.copy(source, result.resolve(name), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
