package io.geolocsft.cli;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.console.TextTable;
import io.geolocsft.cluster.NativeWork;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.PeftFiles;
import io.geolocsft.parity.Finding;
import io.geolocsft.parity.Finding.Verdict;
import io.geolocsft.parity.GoldenFile;
import io.geolocsft.parity.ParityCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
      "For every output the golden file states how far rounding alone moves it: its yardstick, at least one unit in the last place of float32 at its greatest value. Prints every output's greatest difference, and exits with code 3 if one is more than 8 yardsticks. Tokens must be equal where the likeliest one leads by more than rounding can make up. What a model does not have, such as vision in a text-only one, is shown as absent and is not a difference. In bfloat16 only the logits are compared: rounding may move them 1.5 times as far as it moves those of transformers."
    },
    footer = {
      "",
      "Example, with the golden file made by make_goldens.py where there is Python:",
      "  geolocsft parity --model /models/gemma-3-4b-it --device cuda \\",
      "    --golden 4b/golden.safetensors --adapter 4b/adapter"
    })
final class ParityCommand implements Callable<Integer> {

  private static final String NONE = "-";
  private static final Map<String, String> KINDS =
      Map.of(
          "float64", "its float64",
          "attention", "its other attention",
          "summation", "another order of its sums");

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
      // Before the weights, which may take minutes.
      GoldenFile file = GoldenFile.open(golden, GemmaConfig.read(model));
      List<Finding> findings = findings(file, place, type);
      console.print(table(findings));
      judge(findings, file, place);
    } catch (IOException e) {
      throw new DataException(e.getMessage(), e);
    }
    return ExitCode.DONE;
  }

  private List<Finding> findings(GoldenFile file, Device place, DataType type) throws IOException {
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
            List.of("output", "difference", "tolerance", "yardsticks", "verdict", "note"),
            findings.stream().map(ParityCommand::row).toList())
        .text();
  }

  private static List<String> row(Finding finding) {
    boolean compared = finding.verdict() == Verdict.EQUAL || finding.verdict() == Verdict.DIFFERENT;
    return List.of(
        finding.output(),
        compared ? number(finding.difference()) : NONE,
        compared ? number(finding.tolerance()) : NONE,
        compared && finding.allowed() > 0
            ? "%s of %s".formatted(count(finding.yardsticks()), count(finding.allowed()))
            : NONE,
        finding.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' '),
        finding.note());
  }

  private static String number(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
  }

  /** Yardsticks: few with a decimal, many as a power of ten. */
  private static String count(double yardsticks) {
    return String.format(Locale.ROOT, yardsticks < 1_000 ? "%.1f" : "%.1e", yardsticks);
  }

  private void judge(List<Finding> findings, GoldenFile file, Device place) {
    String where = "%s on %s".formatted(dtype, place.isGpu() ? "the GPU" : "the CPU");
    long equal = count(findings, Verdict.EQUAL);
    long different = count(findings, Verdict.DIFFERENT);
    if (equal + different == 0) {
      throw new DataException(
          "Nothing was compared: %s has no output for %s".formatted(golden, where));
    }
    if (different > 0) {
      String outputs =
          findings.stream()
              .filter(finding -> finding.verdict() == Verdict.DIFFERENT)
              .map(ParityCommand::excess)
              .collect(Collectors.joining("; "));
      throw new DataException(
          "The model in %s, %s, differs from %s: %s. Check that the file was made for these weights."
              .formatted(model, where, golden, outputs));
    }
    console.note(
        String.format(
            Locale.ROOT,
            "Compared in %s: %d outputs, all equal. Yardsticks: %s.",
            where,
            equal,
            yardsticks(file)));
  }

  /** Such as "logits by 412.0 yardsticks, 8.0 allowed (row 0, position 3)". */
  private static String excess(Finding finding) {
    String note = finding.note().isEmpty() ? "" : " (%s)".formatted(finding.note());
    return finding.allowed() == 0
        ? String.format(
            Locale.ROOT, "%s in %.0f rows%s", finding.output(), finding.difference(), note)
        : "%s by %s yardsticks, %s allowed%s"
            .formatted(
                finding.output(), count(finding.yardsticks()), count(finding.allowed()), note);
  }

  private String yardsticks(GoldenFile file) {
    if (dtype.equals("bfloat16")) {
      return "transformers' bfloat16 against its float32";
    }
    return file.yardstickKinds().stream()
        .map(kind -> KINDS.getOrDefault(kind, kind))
        .collect(Collectors.joining(" or ", "transformers' float32 against ", ""));
  }

  private static long count(List<Finding> findings, Verdict verdict) {
    return findings.stream().filter(finding -> finding.verdict() == verdict).count();
  }
}
