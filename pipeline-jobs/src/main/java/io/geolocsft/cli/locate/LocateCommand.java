package io.geolocsft.cli.locate;

import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.EmbeddedSpark;
import io.geolocsft.cli.pipeline.RunRequest;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.image.DecodeLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Answers for photographs whose places nobody knows, here or through Spark. */
@Command(
    name = LocateCommand.NAME,
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tells where photographs were taken: the point, the place's names, and the candidates it is made of. No benchmark, no coordinates and no run are needed. A position that a photograph states itself is shown beside the answer and not used for it.",
      "Photographs are answered for here and printed. With --output, Spark answers for all of --images into the table located of that folder, and continues where it was stopped.",
      "Exits with code 3 if a file had no answer; it is printed with the reason."
    },
    footer = {
      "",
      "Examples:",
      "  geolocsft locate --model /models/gemma-3-12b-it --adapter /data/runs/12b/tuned photo.jpg",
      "  geolocsft locate --model /models/gemma-3-12b-it --images /data/new --format geojson > new.geojson",
      "  geolocsft locate --conf conf/quickstart.yaml --images /data/new --output /data/located"
    })
public final class LocateCommand implements Callable<Integer> {

  public static final String NAME = "locate";

  private final StageRunner stage;
  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PHOTO", description = "photographs, or folders of them")
  private List<Path> photos = new ArrayList<>();

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description =
          "folder of photographs, all files below it; with --output also a URI such as s3a://bucket/new")
  private String images;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "folder of a Gemma 3 as Hugging Face lays it out; sets model.path")
  private String model;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description =
          "what sft or grpo made: the folder tuned or rewarded of a run; sets locate.adapter. It says itself what the model was taught to be asked")
  private String adapter;

  @Option(
      names = "--candidates",
      paramLabel = "K",
      description = "answers for each photograph, which share its prompt; sets locate.candidates")
  private Integer candidates;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      defaultValue = "table",
      description =
          "table, json (a line for each photograph), csv, geojson or kml (default: ${DEFAULT-VALUE})")
  private LocateFormat format;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "also write a page of the photographs beside maps")
  private Path report;

  @Option(names = "--conf", paramLabel = "FILE", description = "a configuration, in YAML")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "a setting, such as examples.prompt='Where is this?'; may be repeated")
  private List<String> sets = new ArrayList<>();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "output folder of the table located, a path or a URI")
  private String output;

  @Option(
      names = "--dry-run",
      description = "with --output: print the resolved configuration and the plan")
  private boolean dryRun;

  @Option(names = "--force", description = "with --output: also do again what is already done")
  private boolean force;

  /** Runs the stage of this name. */
  @FunctionalInterface
  public interface StageRunner {
    int run(RunRequest request) throws Exception;
  }

  public LocateCommand(StageRunner stage, Console console) {
    this.stage = stage;
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    LocateSetup setup = new LocateSetup(file, model, adapter, images, candidates, sets);
    if (output != null) {
      return runStage(setup);
    }
    if (dryRun || force) {
      throw new ParameterException(spec.commandLine(), "--dry-run and --force need --output");
    }
    return locate(setup.config());
  }

  private int runStage(LocateSetup setup) throws Exception {
    if (!photos.isEmpty() || report != null) {
      throw new ParameterException(
          spec.commandLine(),
          "with --output, give the photographs by --images; there is no PHOTO and no --report");
    }
    return stage.run(new RunRequest(setup.config(), output, dryRun, force));
  }

  private int locate(PipelineConfig config) throws Exception {
    List<Path> all = new ArrayList<>(photos);
    if (!config.locate().images().isEmpty()) {
      all.add(Path.of(config.locate().images()));
    }
    if (all.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "name photographs, or a folder by --images");
    }
    List<Path> files = LocateSetup.photographs(all);
    ImageBytes bytes =
        new ImageBytes(EmbeddedSpark.hadoopConfiguration(), DecodeLimits.DEFAULT.maxBytes());
    PhotoLocator locator = new PhotoLocator(config, bytes, report);
    locator.locate(files, format, console);
    if (report != null) {
      console.note("page: " + report.toAbsolutePath());
    }
    int without = files.size() - locator.answered();
    if (without > 0) {
      console.note(
          String.format(
              Locale.ROOT,
              "files without an answer: %d of %d; each says why",
              without,
              files.size()));
    }
    return without > 0 ? ExitCode.DATA : ExitCode.DONE;
  }
}
