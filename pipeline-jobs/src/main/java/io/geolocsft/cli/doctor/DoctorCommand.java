package io.geolocsft.cli.doctor;

import ai.djl.engine.Engine;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.doctor.Diagnosis.Finding;
import io.geolocsft.cli.pipeline.EmbeddedSpark;
import io.geolocsft.cli.pipeline.RunFolder;
import io.geolocsft.cli.pipeline.StageEntry;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.GrpoSettings;
import io.geolocsft.config.ImageSet;
import io.geolocsft.config.ModelSettings;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SftSettings;
import io.geolocsft.failure.DataException;
import io.geolocsft.files.Locations;
import io.geolocsft.gemma.GemmaWeights;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.grpo.PolicyMemory;
import io.geolocsft.stage.ModelFolder;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.TableStore;
import io.geolocsft.training.TrainingMemory;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks at all that a run needs, before a run does. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Looks at Java, memory, PyTorch and GPUs and, with a configuration, at its files and storage, the model, Spark and what each stage needs of it.",
      "Prints a line for each: ok, warning or error, and what to do. Changes nothing. The exit code is that of the first error."
    },
    footer = {
      "",
      "Examples:",
      "  geolocsft doctor",
      "  geolocsft doctor --conf my.yaml --output s3a://bucket/runs/first"
    })
public final class DoctorCommand implements Callable<Integer> {

  private static final double GIB = 1L << 30;
  private static final long SMALL_HEAP = 1L << 30;

  private final StageList stages;
  private final Console console;

  @Option(names = "--conf", paramLabel = "FILE", description = "the configuration, in YAML")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "a setting to override; may be repeated")
  private List<String> sets = new ArrayList<>();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "output folder of the run that is meant")
  private String output;

  public DoctorCommand(StageList stages, Console console) {
    this.stages = stages;
    this.console = console;
  }

  @Override
  public Integer call() {
    Diagnosis diagnosis = new Diagnosis(console);
    diagnosis.look("java", DoctorCommand::java);
    diagnosis.look("memory", DoctorCommand::memory);
    diagnosis.look("pytorch", DoctorCommand::pytorch);
    if (file != null) {
      diagnosis
          .find(
              "configuration",
              () -> ConfigReader.read(file, sets, System.getenv()),
              config -> Finding.ok("%s, hash %s".formatted(file, config.hash())))
          .ifPresent(config -> look(diagnosis, config));
    }
    return diagnosis.conclude();
  }

  private static Finding java() {
    return Finding.ok(
        "%s %s (%s), %s %s"
            .formatted(
                System.getProperty("java.vm.name"),
                Runtime.version(),
                System.getProperty("java.vendor"),
                System.getProperty("os.name"),
                System.getProperty("os.arch")));
  }

  private static Finding memory() {
    long heap = Runtime.getRuntime().maxMemory();
    String text =
        String.format(
            Locale.ROOT,
            "%.1f GiB of heap, %.1f GiB of the machine, %d cores",
            heap / GIB,
            machineMemory() / GIB,
            Runtime.getRuntime().availableProcessors());
    return heap < SMALL_HEAP
        ? Finding.warning(text + ": a run needs more heap, GEOLOCSFT_MEMORY=2g or --driver-memory")
        : Finding.ok(text);
  }

  private static long machineMemory() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getTotalMemorySize();
  }

  private static Finding pytorch() {
    Engine engine = Engine.getEngine("PyTorch");
    int gpus = engine.getGpuCount();
    return Finding.ok(
        String.format(
            Locale.ROOT,
            "PyTorch %s, %s",
            engine.getVersion(),
            gpus == 0
                ? "no GPU here; a CUDA build of pytorch-native is set by GEOLOCSFT_NATIVES"
                : gpus + " GPUs here"));
  }

  private void look(Diagnosis diagnosis, PipelineConfig config) {
    Configuration hadoop = EmbeddedSpark.hadoopConfiguration();
    for (ImageSet set : ImageSet.of(config)) {
      Stream.of(set.images(), set.table())
          .filter(location -> !location.isEmpty())
          .forEach(
              location -> diagnosis.look("input", () -> there(location, set.setting(), hadoop)));
    }
    if (config.benchmarks().isEmpty()) {
      diagnosis.look("benchmarks", DoctorCommand::noBenchmark);
    }
    diagnosis.look("model", () -> model(config.model()));
    diagnosis.look("training", () -> training(config));
    if (config.grpo().isWanted()) {
      diagnosis.look("training by rewards", () -> rewards(config));
    }
    String folder = output == null ? RunFolder.usual(config.run().name()) : output;
    diagnosis.look("output", () -> writable(folder, config, hadoop));
    try (EmbeddedSpark spark = new EmbeddedSpark(config.run().name())) {
      diagnosis
          .find("spark", spark::get, DoctorCommand::spark)
          .ifPresent(session -> lookAtStages(diagnosis, config, folder, session));
    }
  }

  private static Finding noBenchmark() {
    return Finding.warning(
        "there is none, so nothing is measured: 'geolocsft holdout' takes one out of the images");
  }

  private static Finding there(String location, String setting, Configuration hadoop)
      throws IOException {
    org.apache.hadoop.fs.Path path = Locations.path(location);
    FileSystem fs = path.getFileSystem(hadoop);
    try {
      boolean isFolder = fs.getFileStatus(path).isDirectory();
      if (isFolder && !fs.listStatusIterator(path).hasNext()) {
        return Finding.warning("%s (%s) is empty".formatted(location, setting));
      }
      return Finding.ok("%s (%s), a %s".formatted(location, setting, isFolder ? "folder" : "file"));
    } catch (FileNotFoundException e) {
      throw new DataException(
          "There is no %s (%s): correct the path, or the credentials of its storage"
              .formatted(location, setting),
          e);
    }
  }

  private static Finding model(ModelSettings model) throws IOException {
    ModelFolder.check(model);
    GemmaConfig config = ModelFolder.config(Path.of(model.path()));
    return Finding.ok(
        String.format(
            Locale.ROOT,
            "%s, %,d million parameters, %s",
            model.path(),
            Math.round(GemmaWeights.parameters(config) / 1e6),
            model.dtype()));
  }

  /** By the longest rows that examples.max_tokens lets through, so at most. */
  private static Finding training(PipelineConfig config) throws IOException {
    SftSettings sft = config.sft();
    if (sft.lora().isEmpty()) {
      return Finding.ok("all weights are trained; what that takes is not calculated");
    }
    TrainingMemory memory =
        TrainingMemory.of(
            ModelFolder.config(Path.of(config.model().path())),
            type(config),
            sft.lora().get(),
            sft.training(config.run().seed()).savings(),
            sft.microBatchSize(),
            config.examples().maxTokens(),
            config.examples().maxTokens());
    String text =
        String.format(
            Locale.ROOT,
            "%.1f GiB a rank: weights %.1f, adapter %.1f, and up to %.1f for %d rows of %d tokens (examples.max_tokens)",
            memory.total() / GIB,
            memory.weights() / GIB,
            memory.adapter() / GIB,
            (memory.activations() + memory.logits()) / GIB,
            sft.microBatchSize(),
            config.examples().maxTokens());
    boolean isHere = !config.model().device().equals("cuda");
    return isHere && memory.weights() + memory.adapter() > machineMemory()
        ? Finding.warning(text + ": more than this machine has; train on executors that have more")
        : Finding.ok(text);
  }

  /** As above, of answers that are as long as they may be. */
  private static Finding rewards(PipelineConfig config) throws IOException {
    GrpoSettings grpo = config.grpo();
    PolicyMemory memory =
        new PolicyMemory(
            ModelFolder.config(Path.of(config.model().path())),
            type(config),
            grpo.training(config.sft(), config.run().seed()).savings());
    int prompt = config.examples().maxTokens();
    int learned = grpo.answers() + (grpo.targetWeight() > 0 ? 1 : 0);
    int answers = learned * grpo.maxNewTokens();
    long choices = (long) grpo.microBatchSize() * answers;
    return Finding.ok(
        String.format(
            Locale.ROOT,
            "beside weights and adapter up to %.1f GiB to draw answers for %d images at once, then up to %.1f to learn from those of %d; fewer go together where a rank has less",
            memory.drawing(grpo.rolloutBatchSize(), 0, prompt, grpo.answers(), grpo.maxNewTokens())
                / GIB,
            grpo.rolloutBatchSize(),
            memory.learning(grpo.microBatchSize(), 0, prompt + answers, choices) / GIB,
            grpo.microBatchSize()));
  }

  private static DataType type(PipelineConfig config) {
    return DataType.valueOf(config.model().dtype().toUpperCase(Locale.ROOT));
  }

  private static Finding writable(String folder, PipelineConfig config, Configuration hadoop) {
    RunFolder.open(folder, config, hadoop).requireWritable();
    return Finding.ok(folder);
  }

  private static Finding spark(SparkSession spark) {
    return Finding.ok(
        String.format(
            Locale.ROOT,
            "Spark %s, %s, %d cores now",
            spark.version(),
            spark.sparkContext().master(),
            spark.sparkContext().defaultParallelism()));
  }

  /** What a run asks its stages, but of each one. */
  private void lookAtStages(
      Diagnosis diagnosis, PipelineConfig config, String folder, SparkSession spark) {
    TableStore tables = TableStore.open(spark, folder);
    StageContext context = StageContext.quiet(spark, config, tables);
    for (StageEntry entry : stages.entries()) {
      if (entry.inRun() && entry.stage().leftOut(config).isEmpty()) {
        diagnosis.look(
            "stage " + entry.name(),
            () -> {
              entry.stage().check(context);
              return Finding.ok("can run");
            });
      }
    }
  }
}
