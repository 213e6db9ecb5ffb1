package io.geolocsft.cli;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import com.google.common.base.Ascii;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cluster.NativeWork;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GemmaWeights;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.MergedModel;
import io.geolocsft.lora.PeftFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Adds an adapter to its model's weights. */
@Command(
    name = "merge",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Adds a LoRA adapter to the weights of its Gemma 3, for programs that cannot load adapters.",
      "Writes model.safetensors under the released names, with the base's other files beside it. Each sum is made in float32 and rounded once."
    },
    footer = {
      "",
      "Example:",
      "  geolocsft merge --model /models/gemma-3-12b-it --adapter /data/runs/12b/tuned --output 12b-tuned"
    })
final class MergeCommand implements Callable<Integer> {

  private static final List<String> TYPES = List.of("float32", "bfloat16", "float16");

  private final Console console;

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "folder of the adapter's Gemma 3 as Hugging Face lays it out")
  private Path model;

  @Option(
      names = "--adapter",
      required = true,
      paramLabel = "DIR",
      description =
          "the adapter, in PEFT's format: the folder tuned or rewarded in the output folder of a run")
  private Path adapter;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "folder to write to: new, empty, or left by an interrupted merge")
  private Path output;

  @Option(
      names = "--dtype",
      paramLabel = "NAME",
      description =
          "type that the weights are written in: float32, bfloat16 or float16; the checkpoint's own if not given")
  private String dtype;

  MergeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ModelOptions options = new ModelOptions(spec.commandLine());
    if (dtype != null) {
      options.requireOneOf("--dtype", dtype, TYPES);
    }
    options.requireFolder("--model", model);
    options.requireFolder("--adapter", adapter);
    DataType written;
    try {
      MergedModel.clear(output);
      requireEmpty();
      DataType stored = GemmaWeights.storedType(model);
      written = dtype == null ? stored : type(dtype);
      // A model is not computed in float16, which float32 holds whole.
      DataType read = stored == DataType.FLOAT16 ? DataType.FLOAT32 : stored;
      try (NativeWork work = NativeWork.begin();
          GemmaModel base = GemmaModel.load(model, Device.cpu(), read);
          LoraAdapter pairs = PeftFiles.load(adapter, base)) {
        MergedModel.save(base, model, pairs, output, written);
      }
    } catch (IOException e) {
      throw new DataException(e.getMessage(), e);
    }
    console.note("Wrote %s in %s".formatted(output, Ascii.toLowerCase(written.name())));
    return ExitCode.DONE;
  }

  private static DataType type(String name) {
    return DataType.valueOf(Ascii.toUpperCase(name));
  }

  private void requireEmpty() throws IOException {
    if (!Files.exists(output)) {
      return;
    }
    try (var files = Files.list(output)) {
      if (files.findAny().isPresent()) {
        throw new ParameterException(
            spec.commandLine(), "--output: %s is not empty; give a new folder".formatted(output));
      }
    }
  }
}
