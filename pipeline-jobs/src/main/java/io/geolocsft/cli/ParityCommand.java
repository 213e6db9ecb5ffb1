package io.geolocsft.cli;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.cluster.NativeWork;
import io.geolocsft.gemma.GemmaConfig;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.PeftFiles;
import io.geolocsft.parity.Finding;
import io.geolocsft.parity.Finding.Verdict;
import io.geolocsft.parity.GoldenFile;
import io.geolocsft.parity.ParityCheck;
import io.geolocsft.stage.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares a checkpoint on a device with what transformers and PEFT compute for it. */
@Command(
    name = "parity",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Compares a Gemma 3 on a device with what Hugging Face transformers and PEFT compute for it.",
      "Prints every output's greatest difference, and ends with code 3 if one exceeds its tolerance. In bfloat16 only the logits are compared: rounding may move them 1.5 times as far as it moves those of transformers."
    },
    footer = {
      "",
      "Example, with the golden file made by make_goldens.py where there is Python:",
      "  geolocsft parity --model /models/gemma-3-4b-it --device cuda \\",
      "    --golden 4b/golden.safetensors --adapter 4b/adapter"
    })
final class ParityCommand implements Callable<Integer> {

  private final Console console;

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "folder of a Gemma 3 as Hugging Face lays it out")
  private Path model;

  @Option(
      names = "--golden",
      required = true,
      paramLabel = "FILE",
      description = "golden file that was made for this model")
  private Path golden;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "the adapter that was made with it, in PEFT's format")
  private Path adapter;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "auto (a GPU where there is one), cpu or cuda")
  private String device;

  @Option(
      names = "--dtype",
      paramLabel = "NAME",
      defaultValue = "float32",
      description = "type of the weights: float32 or bfloat16")
  private String dtype;

  ParityCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ModelOptions options = new ModelOptions(spec.commandLine());
    DataType type = options.type("--dtype", dtype);
    options.requireFolder("--model", model);
    options.requireFile("--golden", golden);
    if (adapter != null) {
      options.requireFolder("--adapter", adapter);
    }
    Device place = options.device("--device", device);
    try {
      List<Finding> findings = findings(place, type);
      console.print(table(findings));
      judge(findings, place);
    } catch (IOException e) {
      throw new DataException(e.getMessage(), e);
    }
    return ExitCode.DONE;
  }

  private List<Finding> findings(Device place, DataType type) throws IOException {
    // Before the weights, which may take minutes.
    GoldenFile file = GoldenFile.open(golden, GemmaConfig.read(model));
    try (NativeWork work = NativeWork.begin();
        GemmaModel loaded = GemmaModel.load(model, place, type)) {
      if (adapter == null) {
        return new ParityCheck(file, loaded, Optional.empty()).findings();
      }
      try (LoraAdapter pairs = PeftFiles.load(adapter, loaded)) {
        return new ParityCheck(file, loaded, Optional.of(pairs)).findings();
      }
    }
  }

  private static String table(List<Finding> findings) {
    return new TextTable(
            List.of("output", "difference", "tolerance", "verdict", "note"),
            findings.stream().map(ParityCommand::row).toList())
        .text();
  }

  private static List<String> row(Finding finding) {
    return List.of(
        finding.output(),
        number(finding.difference()),
        number(finding.tolerance()),
        finding.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' '),
        finding.note());
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
  }

  private void judge(List<Finding> findings, Device place) {
    String where = "%s on %s".formatted(dtype, place.isGpu() ? "the GPU" : "the CPU");
    if (count(findings, Verdict.EQUAL) + count(findings, Verdict.DIFFERENT) == 0) {
      throw new DataException(
          "Nothing was compared: %s has no output for %s".formatted(golden, where));
    }
    if (count(findings, Verdict.DIFFERENT) > 0) {
      String outputs =
          findings.stream()
              .filter(finding -> finding.verdict() == Verdict.DIFFERENT)
              .map(Finding::output)
              .collect(Collectors.joining(", "));
      throw new DataException(
          "The model in %s, %s, differs from %s in: %s. Check that the file was made for these weights."
              .formatted(model, where, golden, outputs));
    }
    console.note(
        String.format(
            Locale.ROOT,
            "Compared in %s: %d of %d outputs, all equal",
            where,
            count(findings, Verdict.EQUAL),
            findings.size()));
  }

  private static long count(List<Finding> findings, Verdict verdict) {
    return findings.stream().filter(finding -> finding.verdict() == verdict).count();
  }
}
