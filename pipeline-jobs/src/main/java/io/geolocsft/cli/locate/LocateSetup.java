package io.geolocsft.cli.locate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.geolocsft.cli.pipeline.RunId;
import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.stage.TaughtForm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The configuration of {@code locate} from its options, each null where it is not given.
 *
 * @param file of a configuration; without one there are defaults, and what the adapter was taught
 * @param sets {@code path=value} each, before which the options go
 */
record LocateSetup(
    Path file, String model, String adapter, String images, Integer candidates, List<String> sets) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The configuration.
   *
   * @throws ConfigException with every problem of it
   */
  PipelineConfig config() {
    List<String> all = new ArrayList<>();
    add(all, "model.path", model);
    add(all, "locate.adapter", adapter);
    add(all, "locate.images", images);
    add(all, "locate.candidates", candidates);
    all.addAll(sets);
    if (file == null && all.stream().noneMatch(set -> set.startsWith("model.path="))) {
      throw new ConfigException("--model: name the folder of a Gemma 3, or give --conf");
    }
    return RunId.in(
        file == null
            ? ConfigReader.parse(defaults(), all, System.getenv())
            : ConfigReader.read(file, all, System.getenv()));
  }

  private static void add(List<String> sets, String path, Object value) {
    if (value != null) {
      sets.add(path + "=" + value);
    }
  }

  /** Nothing is taken in here, but the configuration wants to know from where. */
  private String defaults() {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("run").put("name", "located");
    root.putObject("ingest").put("images", ".");
    if (adapter != null) {
      taught().ifPresent(examples -> root.set("examples", examples));
    }
    return root.toString();
  }

  private Optional<ObjectNode> taught() {
    try {
      return TaughtForm.read(Path.of(adapter));
    } catch (IOException e) {
      throw new ConfigException("--adapter %s: %s".formatted(adapter, e.getMessage()));
    }
  }

  /**
   * Files in the order in which they are named, those of a folder in the order of their paths and
   * hidden ones left out.
   *
   * @throws ConfigException if there is nothing at a path, or no file in all of them
   */
  static List<Path> photographs(List<Path> paths) {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new ConfigException("There is no file or folder " + path);
      }
      if (Files.isDirectory(path)) {
        files.addAll(below(path));
      } else {
        files.add(path);
      }
    }
    if (files.isEmpty()) {
      throw new ConfigException("There is no file in %s".formatted(paths));
    }
    return files;
  }

  private static List<Path> below(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !("/" + folder.relativize(file)).contains("/."))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new EnvironmentException("Cannot list %s: %s".formatted(folder, e.getMessage()), e);
    }
  }
}
