package io.geolocsft.sft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.geolocsft.gemma.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one training run in a folder: {@code step-N} holds the trained tensors and the
 * optimizer's moments after N steps. Each is written aside and moved, so that one that is there is
 * whole.
 */
public final class Checkpoints {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final String TENSORS = "state.safetensors";
  private static final String STATE = "state.json";
  private static final NDIndex EVERYTHING = new NDIndex(":");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final String runHash;
  private final int keep;

  /**
   * Opens a folder, made if missing.
   *
   * @param runHash of configuration and examples; checkpoints of another run are not resumed
   * @param keep newest checkpoints that stay
   */
  public Checkpoints(Path folder, String runHash, int keep) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.runHash = runHash;
    this.keep = keep;
  }

  /** The steps that the newest checkpoint of a folder has seen, 0 if there is none. */
  public static int newest(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    return newestFirst(folder).stream()
        .findFirst()
        .map(path -> Integer.parseInt(path.getFileName().toString().substring("step-".length())))
        .orElse(0);
  }

  /** Stores the state after {@code steps} steps and drops the oldest above the limit. */
  void save(int steps, Map<String, NDArray> tensors) throws IOException {
    Path aside = folder.resolve(".aside");
    delete(aside);
    Files.createDirectory(aside);
    Safetensors.write(aside.resolve(TENSORS), tensors, Map.of());
    Files.write(
        aside.resolve(STATE), JSON.writeValueAsBytes(Map.of("steps", steps, "run_hash", runHash)));
    Path place = place(steps);
    delete(place);
    Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
    // One that claims more steps is damaged or of another run, and would count as the newest.
    List<Path> all = newestFirst(folder);
    int newest = all.indexOf(place);
    for (int i = 0; i < all.size(); i++) {
      if (i < newest || i >= newest + keep) {
        delete(all.get(i));
      }
    }
  }

  /**
   * Copies the newest sound checkpoint's values into the tensors. A damaged one is passed over with
   * a warning.
   *
   * @return how many steps it had seen, 0 if there is none
   */
  int restore(Map<String, NDArray> tensors, NDManager manager) throws IOException {
    for (Path checkpoint : newestFirst(folder)) {
      Optional<Integer> steps = read(checkpoint, tensors, manager);
      if (steps.isPresent()) {
        return steps.get();
      }
    }
    return 0;
  }

  private Optional<Integer> read(Path checkpoint, Map<String, NDArray> tensors, NDManager manager)
      throws IOException {
    try (NDManager scope = manager.newSubManager();
        Safetensors file = Safetensors.open(checkpoint.resolve(TENSORS))) {
      JsonNode state = JSON.readTree(Files.readAllBytes(checkpoint.resolve(STATE)));
      if (!runHash.equals(state.path("run_hash").asText())) {
        LOG.warn(
            "{} belongs to another configuration or other examples; it is not resumed", checkpoint);
        return Optional.empty();
      }
      int steps = state.path("steps").asInt();
      if (!checkpoint.equals(place(steps))) {
        throw new IOException("its " + STATE + " is of step " + steps);
      }
      Map<String, NDArray> values = new HashMap<>();
      for (Map.Entry<String, NDArray> tensor : tensors.entrySet()) {
        values.put(tensor.getKey(), value(file, tensor.getKey(), tensor.getValue(), scope));
      }
      // Written into the tensor's memory, which others share; NDArray.copyTo would swap it.
      tensors.forEach((name, tensor) -> tensor.set(EVERYTHING, values.get(name)));
      return Optional.of(steps);
    } catch (IOException e) {
      LOG.warn("{} is damaged ({}); the checkpoint before it is tried", checkpoint, e.getMessage());
      return Optional.empty();
    }
  }

  private static NDArray value(Safetensors file, String name, NDArray like, NDManager scope)
      throws IOException {
    NDArray value = file.read(name, scope);
    if (!value.getShape().equals(like.getShape())) {
      throw new IOException(
          "its tensor '%s' has shape %s, not %s"
              .formatted(name, value.getShape(), like.getShape()));
    }
    return value;
  }

  private Path place(int steps) {
    return folder.resolve("step-%08d".formatted(steps));
  }

  private static List<Path> newestFirst(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> path.getFileName().toString().matches("step-\\d{8}"))
          .sorted(Comparator.reverseOrder())
          .toList();
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
