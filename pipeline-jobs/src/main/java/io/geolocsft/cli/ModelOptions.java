package io.geolocsft.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.failure.EnvironmentException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Checks options of the commands that load a model. */
final class ModelOptions {

  private static final List<String> DEVICES = List.of("auto", "cpu", "cuda");
  private static final List<String> TYPES = List.of("float32", "bfloat16");

  private final CommandLine command;

  ModelOptions(CommandLine command) {
    this.command = command;
  }

  DataType type(String option, String value) {
    requireOneOf(option, value, TYPES);
    return DataType.valueOf(value.toUpperCase(Locale.ROOT));
  }

  /** The device of {@code auto}, which is a GPU where there is one, {@code cpu} or {@code cuda}. */
  Device device(String option, String value) {
    requireOneOf(option, value, DEVICES);
    if (value.equals("cpu")) {
      return Device.cpu();
    }
    boolean gpu = Engine.getEngine("PyTorch").getGpuCount() > 0;
    if (!gpu && value.equals("cuda")) {
      throw new EnvironmentException(
          "PyTorch sees no GPU. Put its CUDA build on the class path (conf/README.md says how) and see that nvidia-smi lists the GPU, or give %s cpu."
              .formatted(option));
    }
    return gpu ? Device.gpu() : Device.cpu();
  }

  void requireOneOf(String option, String value, List<String> allowed) {
    if (!allowed.contains(value)) {
      throw new ParameterException(
          command,
          "%s: \"%s\" is not allowed; allowed: %s"
              .formatted(option, value, String.join(", ", allowed)));
    }
  }

  void requireFolder(String option, Path path) {
    require(option, path, Files.isDirectory(path));
  }

  void requireFile(String option, Path path) {
    require(option, path, Files.isRegularFile(path));
  }

  private void require(String option, Path path, boolean there) {
    if (!there) {
      throw new ParameterException(command, "%s: there is no %s".formatted(option, path));
    }
  }
}
