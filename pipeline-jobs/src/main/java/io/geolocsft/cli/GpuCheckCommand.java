package io.geolocsft.cli;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.console.TextTable;
import io.geolocsft.cluster.NativeWork;
import io.geolocsft.device.DeviceCheck;
import io.geolocsft.device.DeviceReport;
import io.geolocsft.device.DeviceReport.Bytes;
import io.geolocsft.device.DeviceReport.Memory;
import io.geolocsft.device.DeviceReport.Parity;
import io.geolocsft.device.DeviceReport.Rate;
import io.geolocsft.device.RandomModel;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.tensor.DeviceMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says whether a GPU computes rightly, how fast, and what fits into it. */
@Command(
    name = "gpu-check",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Checks a GPU: whether it computes what the CPU does, how fast it trains and decodes and with what model FLOP utilisation, and what memory a training step takes by sequence length.",
      "Needs no network and no files: without --model the weights are random. Exits with code 3 where a result differs from the CPU's beyond its tolerance, and with code 4 where there is no GPU."
    },
    footer = {
      "",
      "Examples:",
      "  geolocsft gpu-check --json gpu.json",
      "  geolocsft gpu-check --model /models/gemma-3-12b-it --peak-tflops 989"
    })
final class GpuCheckCommand implements Callable<Integer> {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final long SEED = 1;
  private static final double TERA = 1e12;

  private final Console console;

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "folder of a Gemma 3 to measure speed and memory with")
  private Path model;

  @Option(
      names = "--geometry",
      paramLabel = "NAME",
      defaultValue = "MEDIUM",
      description =
          "random model in its place: tiny (3 million parameters in the decoder), small (31 million) or medium (1.1 billion)")
  private RandomModel geometry;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cuda",
      description = "cuda, or cpu to try this command out")
  private String device;

  @Option(
      names = "--dtype",
      paramLabel = "NAME",
      defaultValue = "bfloat16",
      description = "type of the weights whose speed is measured: float32 or bfloat16")
  private String dtype;

  @Option(
      names = "--peak-tflops",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description =
          "what the GPU's data sheet promises for that type without sparsity; otherwise utilisation is relative to a large matrix product on this machine")
  private double peakTflops;

  @Option(
      names = "--longest",
      paramLabel = "TOKENS",
      defaultValue = "8192",
      description = "longest row whose memory is measured")
  private int longest;

  @Option(names = "--json", paramLabel = "FILE", description = "file to write the figures to")
  private Path json;

  GpuCheckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ModelOptions options = new ModelOptions(spec.commandLine());
    DataType type = options.type("--dtype", dtype);
    if (model != null) {
      options.requireFolder("--model", model);
    }
    if (!(peakTflops >= 0) || longest < 1) {
      throw new ParameterException(
          spec.commandLine(), "--peak-tflops must not be negative, --longest must be above 0");
    }
    Device place = options.device("--device", device);
    // Before the minutes that it takes to have something to write.
    write("");
    DeviceReport report = check(place, type);
    console.print(text(report));
    write(figures(report, place));
    judge(report);
    return ExitCode.DONE;
  }

  private void write(String text) {
    try {
      if (json != null) {
        Files.writeString(json, text);
      }
    } catch (IOException e) {
      throw new EnvironmentException("Cannot write --json %s: %s".formatted(json, e), e);
    }
  }

  private DeviceReport check(Device place, DataType type) {
    console.note("gpu-check: loading " + shown());
    try (NativeWork work = NativeWork.begin();
        GemmaModel loaded = load(place, type)) {
      return new DeviceCheck(loaded, step -> console.note("gpu-check: " + step))
          .run(peakTflops * TERA, longest);
    } catch (IOException e) {
      throw new EnvironmentException("A temporary file failed: " + e.getMessage(), e);
    }
  }

  private GemmaModel load(Device place, DataType type) {
    try {
      return model == null
          ? GemmaModel.random(geometry.config(), place, type, SEED)
          : GemmaModel.load(model, place, type);
    } catch (IOException e) {
      throw new DataException(e.getMessage(), e);
    } catch (EngineException e) {
      if (DeviceMemory.isLacking(e)) {
        throw new EnvironmentException(
            "The weights of %s in %s do not fit into the device's memory".formatted(shown(), dtype),
            e);
      }
      throw e;
    }
  }

  private String shown() {
    return model == null
        ? "a random model, geometry " + geometry.name().toLowerCase(Locale.ROOT)
        : model.toString();
  }

  private String figures(DeviceReport report, Device place) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("device", place.isGpu() ? "cuda" : "cpu");
    all.put("dtype", dtype);
    all.put("model", shown());
    all.put("report", report);
    try {
      return JSON.writeValueAsString(all) + System.lineSeparator();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Records of numbers are always JSON", e);
    }
  }

  private String text(DeviceReport report) {
    return String.join(
        System.lineSeparator() + System.lineSeparator(),
        parity(report.parity()),
        rates(report.rates()),
        String.format(
            Locale.ROOT,
            "Utilisation is relative to %.1f TFLOP/s, %s.",
            report.peakFlops() / TERA,
            peakTflops > 0
                ? "as given"
                : "which a large matrix product in %s reaches here".formatted(dtype)),
        memory(report.memory()));
  }

  private static String parity(List<Parity> parity) {
    return new TextTable(
            List.of("against the CPU", "difference", "tolerance", "verdict"),
            parity.stream()
                .map(
                    found ->
                        List.of(
                            found.output(),
                            String.format(Locale.ROOT, "%.1e", found.difference()),
                            String.format(Locale.ROOT, "%.1e", found.tolerance()),
                            found.holds() ? "equal" : "different"))
                .toList())
        .text();
  }

  private static String rates(List<Rate> rates) {
    return new TextTable(
            List.of("work", "seconds", "tokens/s", "utilisation"),
            rates.stream()
                .map(
                    rate ->
                        rate.exhausted()
                            ? List.of(rate.work(), "out of memory", "", "")
                            : List.of(
                                rate.work(),
                                String.format(Locale.ROOT, "%.4f", rate.seconds()),
                                String.format(Locale.ROOT, "%,.0f", rate.tokens()),
                                String.format(Locale.ROOT, "%.1f %%", 100 * rate.utilisation())))
                .toList())
        .text();
  }

  private static String memory(List<Memory> memory) {
    return new TextTable(
            List.of("memory in use, tokens in a row", "activations kept", "gradient checkpointing"),
            memory.stream()
                .map(
                    each ->
                        List.of(
                            String.format(Locale.ROOT, "%,d", each.length()),
                            shown(each.kept()),
                            shown(each.recomputed())))
                .toList())
        .text();
  }

  private static String shown(Bytes bytes) {
    String measured =
        bytes.bytes() == 0 ? "-" : String.format(Locale.ROOT, "%,d MiB", bytes.bytes() >> 20);
    return String.format(
        Locale.ROOT,
        "%s (%,d by formula)",
        bytes.exhausted() ? "out of memory" : measured,
        bytes.calculated() >> 20);
  }

  private static void judge(DeviceReport report) {
    String different =
        report.parity().stream()
            .filter(found -> !found.holds())
            .map(Parity::output)
            .collect(Collectors.joining(", "));
    if (!different.isEmpty()) {
      throw new DataException(
          "The device differs from the CPU in: %s. Do not trust it until that is explained; parity compares a checkpoint output by output."
              .formatted(different));
    }
  }
}
