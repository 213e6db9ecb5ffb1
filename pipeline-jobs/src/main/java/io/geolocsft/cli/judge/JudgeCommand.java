package io.geolocsft.cli.judge;

import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.EmbeddedSpark;
import io.geolocsft.cli.pipeline.Lease;
import io.geolocsft.cli.pipeline.RunFolder;
import io.geolocsft.cli.pipeline.RunId;
import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.judge.FileJudge;
import io.geolocsft.judge.InputColumn;
import io.geolocsft.judge.InputFile;
import io.geolocsft.judge.InputRole;
import io.geolocsft.judge.JudgeRequest;
import io.geolocsft.judge.JudgedFile;
import io.geolocsft.judge.JudgedFiles;
import io.geolocsft.published.PublishedResults;
import io.geolocsft.stage.FigureRows;
import io.geolocsft.stage.evaluate.PredictionRows;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Anyone's predictions, judged as those of a run. */
@Command(
    name = "judge",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Judges predictions that any program wrote, as the stage evaluate judges those of a run: accuracies, errors, GeoScore, shares of missing and refused answers, right countries and provinces, with bootstrap intervals. Of several models, each is compared with the first, with McNemar's p-values.",
      "Files are CSV, TSV, JSON Lines or Parquet (also a folder of it, as the table predictions of a run, which is found in its output folder). Columns are found by their usual names. Predictions are two coordinates or, where there are none, a text, of which coordinates are read as of a model's answer. An image of the truth without a prediction is missing, and counts as the convention says; so does a prediction without coordinates.",
      "Names of images are compared as they stand, without extensions, without folders, without both, or with an underscore for each slash: by the one of these that finds the most images, of several the first. A rule that gives two images the same name is not used. An image that is there twice is an error."
    },
    footer = {
      "",
      "Examples:",
      "  geolocsft judge --truth im2gps3k.csv --predictions mine.csv --benchmark im2gps3k",
      "  geolocsft judge --truth test.csv --predictions base.jsonl \\",
      "    --predictions tuned.jsonl --convention osv5m,geoclip --format markdown",
      "  geolocsft judge --truth test.csv --predictions answers.csv --output judged \\",
      "    --truth-columns image=IMG,latitude=N,longitude=E \\",
      "    --prediction-columns image=photo,answer=said",
      "  geolocsft judge --truth test.csv --predictions out/mine --model tuned \\",
      "    --benchmark photos"
    })
public final class JudgeCommand implements Callable<Integer> {

  /** What the settings want to know, and nothing here asks. */
  private static final String DEFAULTS =
      "{run: {name: judged}, ingest: {images: .}, model: {path: .}}";

  private final Console console;

  @Option(
      names = "--truth",
      required = true,
      paramLabel = "FILE",
      description = "where the images were taken: a path or a URI")
  private String truth;

  @Option(
      names = "--predictions",
      required = true,
      paramLabel = "FILE",
      description =
          "what was predicted; may be repeated, the first is what others are compared with")
  private List<String> predictions;

  @Option(
      names = "--truth-columns",
      paramLabel = "KEY=COLUMN",
      split = ",",
      description = "names of columns, by the keys image, latitude, longitude, author, benchmark")
  private List<String> truthColumns = new ArrayList<>();

  @Option(
      names = "--prediction-columns",
      paramLabel = "KEY=COLUMN",
      split = ",",
      description =
          "the same of all files of predictions: image, latitude, longitude, answer (a text), status, model, benchmark")
  private List<String> predictionColumns = new ArrayList<>();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "what to call the model of a file, for each --predictions in turn (default: the file's name)")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description =
          "a model of files that have several in a column; may be repeated (default: all of them)")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--benchmark",
      paramLabel = "NAME",
      defaultValue = "",
      description =
          "what the images are; of im2gps3k, yfcc4k and osv5m published results are shown as well, and of files with a column benchmark its rows are taken")
  private String benchmark;

  @Option(
      names = "--convention",
      paramLabel = "NAME",
      split = ",",
      description =
          "how to judge; may be repeated: geolocsft, osv5m, plonk, im2gps, geoclip, g3, navig, pigeon, geoguessr, geospot (default: as evaluate is set, which is geolocsft)")
  private List<String> conventions = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "NAME",
      defaultValue = "table",
      description = "table, json, csv or markdown (default: ${DEFAULT-VALUE})")
  private JudgeFormat format;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "also write the tables metrics and predictions into this folder, a path or a URI")
  private String output;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "a setting of evaluate, bin or run, such as evaluate.bootstrap_samples=0; may be repeated")
  private List<String> sets = new ArrayList<>();

  public JudgeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PipelineConfig config = RunId.in(ConfigReader.parse(DEFAULTS, sets, System.getenv()));
    List<Convention> judgedBy = conventions(config);
    JudgeRequest request = request();
    Configuration hadoop = EmbeddedSpark.hadoopConfiguration();
    Optional<RunFolder> folder =
        Optional.ofNullable(output).map(place -> RunFolder.open(place, config, hadoop));
    folder.ifPresent(RunFolder::requireWritable);
    try (EmbeddedSpark spark = new EmbeddedSpark("judge")) {
      JudgedFiles judged =
          new FileJudge(spark.get(), config, total -> console.progress("Judging", total, "answers"))
              .judge(request, judgedBy);
      console.note(notes(judged));
      if (folder.isPresent()) {
        try (Lease lease = folder.get().claim()) {
          publish(
              judged, config, TableStore.open(spark, hadoop, output).guardedBy(lease::requireHeld));
        }
      }
      format.print(judged, PublishedResults.of(benchmark), console.out());
      console.out().flush();
    }
    return ExitCode.DONE;
  }

  private List<Convention> conventions(PipelineConfig config) {
    if (conventions.isEmpty()) {
      return Stream.concat(
              Stream.of(config.evaluate().convention()),
              config.evaluate().conventions().stream().map(Convention::named))
          .distinct()
          .toList();
    }
    try {
      return conventions.stream().distinct().map(Convention::named).toList();
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--convention: " + e.getMessage());
    }
  }

  private JudgeRequest request() {
    if (!names.isEmpty() && names.size() != predictions.size()) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "there are %d --name for %d --predictions: name all or none",
              names.size(),
              predictions.size()));
    }
    Map<InputColumn, String> columns = InputColumn.parse(InputRole.PREDICTIONS, predictionColumns);
    List<InputFile> files = new ArrayList<>();
    for (int i = 0; i < predictions.size(); i++) {
      Optional<String> name = names.isEmpty() ? Optional.empty() : Optional.of(names.get(i));
      files.add(new InputFile(predictions.get(i), columns, name));
    }
    return new JudgeRequest(
        new InputFile(truth, InputColumn.parse(InputRole.TRUTH, truthColumns), Optional.empty()),
        files,
        benchmark,
        models);
  }

  private static void publish(JudgedFiles judged, PipelineConfig config, TableStore tables) {
    tables.publish(
        Tables.PREDICTIONS,
        PredictionRows.inFiles(judged.predictions(), judged.images() * judged.models().size()));
    List<Row> rows =
        judged.figures().stream().map(figure -> FigureRows.row(config.run(), figure)).toList();
    tables.publish(
        Tables.METRICS,
        judged
            .predictions()
            .sparkSession()
            .createDataFrame(rows, Tables.METRICS.struct())
            .coalesce(1));
  }

  /** What was read, and how. */
  private String notes(JudgedFiles judged) {
    List<String> notes = new ArrayList<>();
    notes.add(
        String.format(
            Locale.ROOT,
            "%s: %d images (%s)%s",
            truth,
            judged.images(),
            judged.truthColumns(),
            judged.without() == 0
                ? ""
                : String.format(
                    Locale.ROOT,
                    "; %d more have no coordinates and are left out",
                    judged.without())));
    judged.files().forEach(file -> notes.add(note(file)));
    if (judged.byAuthor()) {
      notes.add("Intervals keep the images of an author together.");
    }
    if (!benchmark.isEmpty() && PublishedResults.of(benchmark).isEmpty()) {
      notes.add(
          "No published results of %s are known here; there are some of %s."
              .formatted(benchmark, String.join(", ", PublishedResults.benchmarks())));
    }
    return String.join(System.lineSeparator(), notes);
  }

  private static String note(JudgedFile file) {
    String unknown =
        file.unknown() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "; %d match no image of the truth, for example %s",
                file.unknown(),
                String.join(", ", file.examples()));
    return String.format(
        Locale.ROOT,
        "%s: %d answers of %s (%s); names of images compared %s%s",
        file.location(),
        file.rows(),
        String.join(", ", file.models()),
        file.columns(),
        file.rule().words(),
        unknown);
  }
}
