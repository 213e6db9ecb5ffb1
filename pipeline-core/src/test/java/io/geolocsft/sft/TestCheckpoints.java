package io.geolocsft.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.geolocsft.gemma.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCheckpoints {

  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  private final NDArray tensor = manager.create(new float[] {0, 0});

  @TempDir private Path folder;

  @AfterEach
  void closeManager() {
    manager.close();
  }

  private Checkpoints checkpoints(String runHash, int keep) throws IOException {
    return new Checkpoints(folder, runHash, keep);
  }

  private static void save(Checkpoints checkpoints, int steps) throws IOException {
    try (NDManager scope = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      checkpoints.save(steps, Map.of("x", scope.create(new float[] {steps, -steps})));
    }
  }

  private int restore(Checkpoints checkpoints) throws IOException {
    return checkpoints.restore(Map.of("x", tensor), manager);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void newestIsRestoredIntoTheTensorsMemory() throws IOException {
    Checkpoints checkpoints = checkpoints("run", 2);
    save(checkpoints, 3);
    save(checkpoints, 12);
    try (NDArray alias = tensor.stopGradient()) {
      assertThat(restore(checkpoints)).isEqualTo(12);
      assertThat(tensor.toFloatArray()).containsExactly(12, -12);
      assertThat(alias.toFloatArray()).containsExactly(12, -12);
    }
  }

  @Test
  void onlyTheNewestStay() throws IOException {
    Checkpoints checkpoints = checkpoints("run", 2);
    for (int steps = 1; steps <= 5; steps++) {
      save(checkpoints, steps);
    }
    assertThat(names()).containsExactly("step-00000004", "step-00000005");
  }

  @Test
  void emptyFolderRestoresNothing() throws IOException {
    assertThat(restore(checkpoints("run", 2))).isZero();
    assertThat(tensor.toFloatArray()).containsExactly(0, 0);
  }

  @Test
  void halfWrittenCheckpointIsIgnoredAndReplaced() throws IOException {
    Path aside = Files.createDirectory(folder.resolve(".aside"));
    Files.write(aside.resolve("state.safetensors"), new byte[10]);
    Checkpoints checkpoints = checkpoints("run", 2);
    assertThat(restore(checkpoints)).isZero();
    save(checkpoints, 1);
    assertThat(names()).containsExactly("step-00000001");
    assertThat(restore(checkpoints)).isEqualTo(1);
  }

  @Test
  void stepsOfAnotherRunDoNotDisplaceTheNewest() throws IOException {
    save(checkpoints("old", 1), 100);
    Checkpoints checkpoints = checkpoints("new", 1);
    assertThat(restore(checkpoints)).isZero();
    save(checkpoints, 1);
    assertThat(names()).containsExactly("step-00000001");
    assertThat(restore(checkpoints)).isEqualTo(1);
  }

  @Test
  void damagedOnesArePassedOver() throws IOException {
    Checkpoints checkpoints = checkpoints("run", 9);
    for (int steps = 1; steps <= 6; steps++) {
      save(checkpoints, steps);
    }
    Files.delete(folder.resolve("step-00000006/state.json"));
    Files.writeString(folder.resolve("step-00000005/state.json"), "{\"steps\":5,");
    Files.writeString(
        folder.resolve("step-00000004/state.json"), "{\"steps\":40,\"run_hash\":\"run\"}");
    Files.delete(folder.resolve("step-00000003/state.safetensors"));
    Safetensors.write(
        folder.resolve("step-00000002/state.safetensors"), Map.of("y", tensor), Map.of());
    assertThat(restore(checkpoints)).isEqualTo(1);
    assertThat(tensor.toFloatArray()).containsExactly(1, -1);
  }

  @Test
  void tensorOfAnotherShapeIsDamage() throws IOException {
    Checkpoints checkpoints = checkpoints("run", 9);
    save(checkpoints, 1);
    save(checkpoints, 2);
    Safetensors.write(
        folder.resolve("step-00000002/state.safetensors"),
        Map.of("x", manager.create(new float[] {7})),
        Map.of());
    assertThat(restore(checkpoints)).isEqualTo(1);
    assertThat(tensor.toFloatArray()).containsExactly(1, -1);
  }

  @Test
  void folderThatIsAFileIsRefused() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> new Checkpoints(file, "run", 1)).isInstanceOf(IOException.class);
  }
}
