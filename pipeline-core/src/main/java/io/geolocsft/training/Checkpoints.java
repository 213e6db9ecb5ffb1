package io.geolocsft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.common.collect.MapDifference;
import com.google.common.collect.Maps;
import com.google.common.hash.Hashing;
import com.google.common.hash.HashingInputStream;
import com.google.common.hash.HashingOutputStream;
import io.geolocsft.tensor.Safetensors;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serial;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one training run: {@code checkpoints/step-N} holds, after N steps, the tensors
 * in {@code state.safetensors} and in {@code state.json} how far the run is, which settings made it
 * so, and the tensors' hash. That file is written last: a checkpoint counts if it is there and the
 * hash is right, so that no file system has to rename anything.
 */
public final class Checkpoints {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final String FOLDER = "checkpoints";
  private static final String TENSORS = "state.safetensors";
  private static final String STATE = "state.json";
  private static final int MOST_STATE_BYTES = 1 << 20;
  private static final int BUFFER = 1 << 20;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private final RunFiles files;
  private final Map<String, String> settings;
  private final int keep;

  /** The content of {@code state.json}. */
  private record State(TrainingProgress progress, String sha256, Map<String, String> settings) {}

  /**
   * The checkpoints of a run.
   *
   * @param settings all that its steps depend on, by the names that a user knows
   * @param keep newest checkpoints that stay
   */
  public Checkpoints(RunFiles files, Map<String, String> settings, int keep) {
    this.files = files;
    this.settings = new TreeMap<>(settings);
    this.keep = keep;
  }

  /** The steps that a run's newest checkpoint has seen, 0 if there is none. */
  public static int newest(RunFiles files) throws IOException {
    return newestFirst(files).stream().findFirst().map(Checkpoints::steps).orElse(0);
  }

  /** Stores a state and drops the oldest above the limit. */
  void save(TrainingProgress progress, Map<String, NDArray> tensors) throws IOException {
    String place = place(progress.steps());
    // What is there would otherwise count with the new tensors for a moment.
    files.delete(file(place, STATE));
    String hash;
    try (HashingOutputStream out =
        new HashingOutputStream(
            Hashing.sha256(),
            new BufferedOutputStream(files.create(file(place, TENSORS)), BUFFER))) {
      Safetensors.write(Channels.newChannel(out), tensors, Map.of());
      hash = out.hash().toString();
    }
    try (OutputStream out = files.create(file(place, STATE))) {
      out.write(JSON.writeValueAsBytes(new State(progress, hash, settings)));
    }
    List<String> all = newestFirst(files);
    for (int i = all.indexOf(place) + keep; i < all.size(); i++) {
      files.delete(FOLDER + "/" + all.get(i));
    }
  }

  /**
   * A checkpoint that was read.
   *
   * @param values of the tensors, by name
   */
  record Restored(TrainingProgress progress, Map<String, NDArray> values) {

    static final Restored NOTHING = new Restored(TrainingProgress.NONE, Map.of());
  }

  /**
   * Reads the newest sound checkpoint. A damaged one is passed over with a warning, and deleted: it
   * would count as the newest for ever.
   *
   * @param expected arrays of the names and shapes that a checkpoint of so much progress holds
   * @param manager where the values live
   * @return {@link Restored#NOTHING} if there is none
   * @throws OtherRunException if it was made by other settings
   */
  Restored newest(Function<TrainingProgress, Map<String, NDArray>> expected, NDManager manager)
      throws IOException {
    for (String checkpoint : newestFirst(files)) {
      try {
        return read(checkpoint, expected, manager);
      } catch (DamagedException e) {
        LOG.warn(
            "The checkpoint {} is damaged ({}); the one before it is tried",
            checkpoint,
            e.getMessage());
        files.delete(FOLDER + "/" + checkpoint);
      }
    }
    return Restored.NOTHING;
  }

  /**
   * Reads one checkpoint.
   *
   * @param steps that it has seen; 0 for none
   * @throws IOException if it is not there or damaged
   */
  Restored at(
      int steps, Function<TrainingProgress, Map<String, NDArray>> expected, NDManager manager)
      throws IOException {
    return steps == 0 ? Restored.NOTHING : read(place(steps), expected, manager);
  }

  /** Another checkpoint may be better; a file system that fails is something else. */
  private static final class DamagedException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    DamagedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private Restored read(
      String checkpoint,
      Function<TrainingProgress, Map<String, NDArray>> expected,
      NDManager manager)
      throws IOException {
    State state = state(checkpoint);
    requireSameSettings(checkpoint, state.settings());
    if (state.progress().steps() != steps(checkpoint)) {
      throw damaged(
          String.format(Locale.ROOT, "its %s is of step %d", STATE, state.progress().steps()));
    }
    Path copy = Files.createTempFile("checkpoint", ".safetensors");
    try {
      download(checkpoint, state.sha256(), copy);
      return new Restored(
          state.progress(), values(copy, expected.apply(state.progress()), manager));
    } finally {
      Files.delete(copy);
    }
  }

  private State state(String checkpoint) throws IOException {
    try (InputStream in = files.open(file(checkpoint, STATE))) {
      return JSON.readValue(in.readNBytes(MOST_STATE_BYTES), State.class);
    } catch (FileNotFoundException e) {
      throw new DamagedException("it has no " + STATE, e);
    } catch (JacksonException e) {
      throw new DamagedException("its %s is not JSON written by this program".formatted(STATE), e);
    }
  }

  private void requireSameSettings(String checkpoint, Map<String, String> others) {
    MapDifference<String, String> difference = Maps.difference(others, settings);
    if (difference.areEqual()) {
      return;
    }
    List<String> keys = new ArrayList<>();
    difference
        .entriesDiffering()
        .forEach(
            (key, values) ->
                keys.add(
                    "%s (%s there, %s here)"
                        .formatted(key, values.leftValue(), values.rightValue())));
    difference.entriesOnlyOnLeft().keySet().forEach(key -> keys.add(key + " (only there)"));
    difference.entriesOnlyOnRight().keySet().forEach(key -> keys.add(key + " (only here)"));
    throw new OtherRunException(
        "The checkpoint %s belongs to another run, which differs in %s"
            .formatted(checkpoint, String.join(", ", keys)));
  }

  private void download(String checkpoint, String hash, Path to) throws IOException {
    try (HashingInputStream in =
            new HashingInputStream(Hashing.sha256(), files.open(file(checkpoint, TENSORS)));
        OutputStream out = Files.newOutputStream(to)) {
      in.transferTo(out);
      if (!in.hash().toString().equals(hash)) {
        throw damaged("its %s has a different hash than when it was written".formatted(TENSORS));
      }
    } catch (FileNotFoundException e) {
      throw new DamagedException("it has no " + TENSORS, e);
    }
  }

  private static Map<String, NDArray> values(
      Path file, Map<String, NDArray> expected, NDManager manager) throws IOException {
    Map<String, NDArray> values = new LinkedHashMap<>();
    try (Safetensors tensors = Safetensors.open(file)) {
      for (Map.Entry<String, NDArray> like : expected.entrySet()) {
        if (!tensors.entries().containsKey(like.getKey())) {
          throw damaged("it has no tensor '%s'".formatted(like.getKey()));
        }
        NDArray value = tensors.read(like.getKey(), manager);
        if (!value.getShape().equals(like.getValue().getShape())) {
          throw damaged(
              "its tensor '%s' has shape %s, not %s"
                  .formatted(like.getKey(), value.getShape(), like.getValue().getShape()));
        }
        values.put(like.getKey(), value);
      }
    }
    return values;
  }

  private static DamagedException damaged(String how) {
    return new DamagedException(how, null);
  }

  private static String place(int steps) {
    return String.format(Locale.ROOT, "step-%08d", steps);
  }

  private static int steps(String checkpoint) {
    return Integer.parseInt(checkpoint.substring("step-".length()));
  }

  private static String file(String checkpoint, String name) {
    return FOLDER + "/" + checkpoint + "/" + name;
  }

  private static List<String> newestFirst(RunFiles files) throws IOException {
    return files.list(FOLDER).keySet().stream()
        .filter(name -> name.matches("step-\\d{8}"))
        .sorted(Comparator.reverseOrder())
        .toList();
  }
}
