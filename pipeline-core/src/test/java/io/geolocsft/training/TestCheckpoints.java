package io.geolocsft.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.geolocsft.InLocale;
import io.geolocsft.tensor.Safetensors;
import io.geolocsft.training.Checkpoints.Restored;
import io.geolocsft.training.TrainingProgress.Lowest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TestCheckpoints {

  private static final Map<String, String> SETTINGS = Map.of("rate", "1", "seed", "7");

  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  private final NDArray tensor = manager.create(new float[] {0, 0});

  @TempDir private Path folder;

  @AfterEach
  void closeManager() {
    manager.close();
  }

  private Checkpoints checkpoints(Map<String, String> settings, int keep) {
    return new Checkpoints(new FolderFiles(folder), settings, keep);
  }

  private static void save(Checkpoints checkpoints, int steps) throws IOException {
    try (NDManager scope = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      TrainingProgress progress = new TrainingProgress(steps, new Lowest(0.5, steps - 1, 0));
      checkpoints.save(progress, Map.of("x", scope.create(new float[] {steps, -steps})));
    }
  }

  private Restored newest(Checkpoints checkpoints) throws IOException {
    return checkpoints.newest(progress -> Map.of("x", tensor), manager);
  }

  @ParameterizedTest
  @MethodSource("io.geolocsft.InLocale#others")
  void theFilesAreTheSameInEveryLocale(Locale locale) throws Exception {
    assertThat(InLocale.call(locale, this::stored))
        .isEqualTo(InLocale.call(Locale.ROOT, this::stored));
  }

  /** Files of a checkpoint with their bytes, in ISO 8859-1. */
  private Map<String, String> stored() throws IOException {
    save(checkpoints(SETTINGS, 1), 1234);
    Map<String, String> stored = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        stored.put(
            folder.relativize(file).toString(),
            Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    assertThat(stored).containsKey("checkpoints/step-00001234/state.json").hasSize(2);
    return stored;
  }

  private int restore(Checkpoints checkpoints) throws IOException {
    Restored restored = newest(checkpoints);
    int steps = restored.progress().steps();
    if (steps > 0) {
      assertThat(restored.values().get("x").toFloatArray()).containsExactly(steps, -steps);
    }
    return steps;
  }

  private Path file(int steps, String name) {
    return folder.resolve(String.format(Locale.ROOT, "checkpoints/step-%08d/%s", steps, name));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder.resolve("checkpoints"))) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void newestIsRestored() throws IOException {
    Checkpoints checkpoints = checkpoints(SETTINGS, 2);
    save(checkpoints, 3);
    save(checkpoints, 12);
    assertThat(restore(checkpoints)).isEqualTo(12);
    assertThat(newest(checkpoints).progress())
        .isEqualTo(new TrainingProgress(12, new Lowest(0.5, 11, 0)));
    assertThat(checkpoints.at(3, progress -> Map.of("x", tensor), manager).progress().steps())
        .isEqualTo(3);
    assertThatThrownBy(() -> checkpoints.at(4, progress -> Map.of("x", tensor), manager))
        .isInstanceOf(IOException.class);
  }

  @Test
  void onlyTheNewestStay() throws IOException {
    Checkpoints checkpoints = checkpoints(SETTINGS, 2);
    for (int steps = 1; steps <= 5; steps++) {
      save(checkpoints, steps);
    }
    assertThat(names()).containsExactly("step-00000004", "step-00000005");
  }

  @Test
  void emptyFolderRestoresNothing() throws IOException {
    assertThat(newest(checkpoints(SETTINGS, 2))).isEqualTo(Restored.NOTHING);
  }

  @Test
  void halfWrittenCheckpointIsPassedOverAndReplaced() throws IOException {
    Files.createDirectories(file(1, "").getParent().resolve("step-00000001"));
    Files.write(file(1, "state.safetensors"), new byte[10]);
    Checkpoints checkpoints = checkpoints(SETTINGS, 2);
    assertThat(restore(checkpoints)).isZero();
    save(checkpoints, 1);
    assertThat(restore(checkpoints)).isEqualTo(1);
  }

  @Test
  void anotherRunsCheckpointIsRefusedWithWhatDiffers() throws IOException {
    save(checkpoints(SETTINGS, 1), 100);
    Checkpoints other = checkpoints(Map.of("rate", "2", "seed", "7", "rank", "4"), 1);
    assertThatThrownBy(() -> newest(other))
        .isInstanceOf(OtherRunException.class)
        .hasMessageContaining("step-00000100")
        .hasMessageContaining("rate (1 there, 2 here), rank (only here)");
    assertThat(restore(checkpoints(SETTINGS, 1))).isEqualTo(100);
  }

  @Test
  void damagedOnesArePassedOverAndDeleted() throws IOException {
    Checkpoints checkpoints = checkpoints(SETTINGS, 9);
    for (int steps = 1; steps <= 7; steps++) {
      save(checkpoints, steps);
    }
    Files.delete(file(7, "state.json"));
    Files.writeString(file(6, "state.json"), "{\"progress\":");
    Files.writeString(file(5, "state.json"), Files.readString(file(4, "state.json")));
    Files.delete(file(4, "state.safetensors"));
    byte[] whole = Files.readAllBytes(file(3, "state.safetensors"));
    Files.write(file(3, "state.safetensors"), Arrays.copyOf(whole, whole.length - 1));
    byte[] flipped = Files.readAllBytes(file(2, "state.safetensors"));
    flipped[flipped.length - 1] ^= 1;
    Files.write(file(2, "state.safetensors"), flipped);
    assertThat(restore(checkpoints)).isEqualTo(1);
    assertThat(names()).containsExactly("step-00000001");
  }

  @Test
  void tensorsOfAnotherShapeOrNameAreDamage() throws IOException {
    Checkpoints checkpoints = checkpoints(SETTINGS, 9);
    save(checkpoints, 1);
    checkpoints.save(
        new TrainingProgress(2, Lowest.NONE), Map.of("x", manager.create(new float[] {7})));
    checkpoints.save(
        new TrainingProgress(3, Lowest.NONE), Map.of("y", manager.create(new float[] {7, 7})));
    assertThat(restore(checkpoints)).isEqualTo(1);
  }

  @Test
  void savingAgainOverAKilledSaveNeverCountsInBetween() throws IOException {
    Checkpoints checkpoints = checkpoints(SETTINGS, 2);
    save(checkpoints, 1);
    save(checkpoints, 2);
    Safetensors.write(file(2, "state.safetensors"), Map.of("x", tensor), Map.of());
    assertThat(restore(checkpoints)).as("tensors of another state").isEqualTo(1);
  }
}
