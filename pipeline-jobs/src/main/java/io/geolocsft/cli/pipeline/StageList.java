package io.geolocsft.cli.pipeline;

import io.geolocsft.stage.bin.Bin;
import io.geolocsft.stage.calibrate.Calibrate;
import io.geolocsft.stage.caption.Caption;
import io.geolocsft.stage.evaluate.Ablate;
import io.geolocsft.stage.evaluate.Evaluate;
import io.geolocsft.stage.infer.Infer;
import io.geolocsft.stage.ingest.Ingest;
import io.geolocsft.stage.locate.Locate;
import io.geolocsft.stage.neighbours.Neighbours;
import io.geolocsft.stage.report.Report;
import io.geolocsft.stage.select.Holdout;
import io.geolocsft.stage.select.Select;
import io.geolocsft.stage.tune.Examples;
import io.geolocsft.stage.tune.Grpo;
import io.geolocsft.stage.tune.Sft;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The stages in the order of the data.
 *
 * @param entries each reads only what those before it write
 */
public record StageList(List<StageEntry> entries) {

  public StageList {
    entries = List.copyOf(entries);
  }

  public static StageList standard() {
    return new StageList(
        List.of(
            new StageEntry(
                new Ingest(),
                "Takes folders of images and their coordinates into the catalogue.",
                "--set ingest.max_error_share=0.1"),
            new StageEntry(
                new Bin(),
                "Finds every image's cell, country and population density, and the adaptive partition.",
                "--set bin.max_images=500"),
            new StageEntry(
                new Holdout(),
                "Builds a benchmark of sparsely populated places out of the catalogue, a data set of its own; not part of run.",
                "--set holdout.count=1000",
                false),
            new StageEntry(
                new Select(),
                "Chooses the pairs to train on, and records why every other image was not chosen.",
                "--set select.strategy=uniform"),
            new StageEntry(
                new Caption(),
                "Finds the text to learn for every selected image: by a template, from files, or from a server.",
                "--set examples.target=json"),
            new StageEntry(
                new Examples(),
                "Writes prompt and target of every selected image, and counts their tokens.",
                "--set examples.max_tokens=4096"),
            new StageEntry(
                new Sft(),
                "Fine-tunes the model; a run that was stopped resumes from its newest checkpoint.",
                "--set sft.learning_rate=5e-4"),
            new StageEntry(
                new Grpo(),
                "Trains the tuned adapter on by what its own answers are worth (GRPO); part of run where grpo.epochs is above 0.",
                "--set grpo.epochs=2"),
            new StageEntry(
                new Neighbours(),
                "Finds the selected images most like each benchmark image by the vision tower's features.",
                "--set neighbours.count=20"),
            new StageEntry(
                new Infer(),
                "Lets the base model and what was trained of it answer for every benchmark image.",
                "--set infer.candidates=8 --set infer.aggregation=geometric_median"),
            new StageEntry(
                new Calibrate(),
                "Finds the radii around answers that hold the truth in 50 % and 90 % of cases, by images of the catalogue that were not selected.",
                "--set calibrate.images=1000"),
            new StageEntry(
                new Evaluate(),
                "Measures how far answers lie from the truth, beside answers that need no model.",
                "--set evaluate.bootstrap_samples=10000"),
            new StageEntry(
                new Ablate(
                    List.of(
                        new Select(),
                        new Caption(),
                        new Examples(),
                        new Sft(),
                        new Grpo(),
                        new Neighbours(),
                        new Infer())),
                "Measures the variants of ablation beside one another, sharing what they share.",
                "--set infer.candidates=8"),
            new StageEntry(
                new Report(),
                "Writes the report, one HTML file that opens from disk.",
                "--set report.examples=24"),
            new StageEntry(
                new Locate(),
                "Answers for photographs whose places nobody knows; not part of run.",
                "--set locate.images=/data/new",
                false)));
  }

  public List<String> names() {
    return entries.stream().map(StageEntry::name).toList();
  }

  public Optional<StageEntry> named(String name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /**
   * The stages of a run from one to another, both included; null stands for the first or the last.
   */
  public List<StageEntry> between(String from, String to) {
    int first = from == null ? 0 : names().indexOf(from);
    int last = to == null ? entries.size() - 1 : names().indexOf(to);
    return first > last
        ? List.of()
        : entries.subList(first, last + 1).stream().filter(StageEntry::inRun).toList();
  }

  /** The named stages in the order of the data, each once. */
  public List<StageEntry> only(List<String> wanted) {
    List<StageEntry> chosen = new ArrayList<>(entries);
    chosen.removeIf(entry -> !wanted.contains(entry.name()));
    return chosen;
  }

  /** The name of the stage that writes a table or folder. */
  public Optional<String> writerOf(String output) {
    return entries.stream()
        .filter(entry -> entry.stage().outputs().contains(output))
        .map(StageEntry::name)
        .findFirst();
  }

  /** All that the stage which writes an output writes. */
  List<String> writtenWith(String output) {
    return entries.stream()
        .map(entry -> entry.stage().outputs())
        .filter(outputs -> outputs.contains(output))
        .findFirst()
        .orElse(List.of());
  }
}
