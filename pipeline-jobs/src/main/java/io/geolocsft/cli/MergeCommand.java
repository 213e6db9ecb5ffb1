package io.geolocsft.cli;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.MergedModel;
import io.geolocsft.lora.PeftFiles;
import io.geolocsft.stage.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
      "Adds a LoRA adapter to the weights of its Gemma 3, for programs that take no adapters.",
      "Writes model.safetensors under the released names, with the base's other files beside it. Each sum is made in float32 and rounded once."
    },
    footer = {
      "",
      "Example:",
      "  geolocsft merge --model /models/gemma-3-4b-it --adapter out/12b/sft/adapter --output 4b-tuned"
    })
final class MergeCommand implements Callable<Integer> {

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
      description = "the adapter, in PEFT's format")
  private Path adapter;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "folder to write, new or empty")
  private Path output;

  @Option(
      names = "--dtype",
      paramLabel = "NAME",
      defaultValue = "bfloat16",
      description =
          "type that the weights are read in and written in: float32 or bfloat16 (the default); float32 for a float32 checkpoint, or it is rounded before the sum as well")
  private String dtype;

  MergeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ModelOptions options = new ModelOptions(spec.commandLine());
    DataType type = options.type("--dtype", dtype);
    options.requireFolder("--model", model);
    options.requireFolder("--adapter", adapter);
    try {
      requireEmpty();
      try (GemmaModel base = GemmaModel.load(model, Device.cpu(), type);
          LoraAdapter pairs = PeftFiles.load(adapter, base)) {
        MergedModel.save(base, model, pairs, output, type);
      }
    } catch (IOException e) {
      throw new DataException(e.getMessage(), e);
    }
    console.note("Wrote %s in %s".formatted(output, dtype));
    return ExitCode.DONE;
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
