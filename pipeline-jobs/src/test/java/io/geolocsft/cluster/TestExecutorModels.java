package io.geolocsft.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import io.geolocsft.cli.TinyModel;
import io.geolocsft.cluster.ModelSpec.Loaded;
import io.geolocsft.config.ConfigFixture;
import io.geolocsft.json.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestExecutorModels {

  private static final Configuration HADOOP = new Configuration(false);

  @TempDir Path folder;

  private ModelSpec spec;

  @BeforeEach
  void write() throws IOException {
    TinyModel.write(folder.resolve("model"));
    spec =
        ModelSpec.base(
            ConfigFixture.with("model.path=" + folder.resolve("model"), "model.dtype=float32")
                .model(),
            1);
  }

  @Test
  void trainingLetsGoOfTheModelThatIsKept() throws Exception {
    Loaded kept = kept();
    assertThat(kept.tokenizer().encode("x")).isNotEmpty();
    try (ExecutorModels.Alone alone = ExecutorModels.alone()) {
      assertClosed(kept);
    }
  }

  @Test
  void noModelIsLoadedBesideTraining() throws Exception {
    AtomicBoolean trained = new AtomicBoolean();
    AtomicBoolean trainedBefore = new AtomicBoolean();
    Thread task =
        new Thread(
            () -> {
              try (ExecutorModels.Loan lease = ExecutorModels.acquire(spec, Device.cpu(), HADOOP)) {
                trainedBefore.set(trained.get());
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    try (ExecutorModels.Alone alone = ExecutorModels.alone()) {
      task.start();
      while (task.isAlive() && task.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      trained.set(true);
    }
    task.join();
    assertThat(trainedBefore).isTrue();
  }

  @Test
  void allPartsAreClosedAlsoWhenOneCannotBe() throws Exception {
    Loaded loaded = spec.load(Device.cpu(), HADOOP);
    Loaded stubborn =
        new Loaded(
            loaded.model(),
            loaded.base(),
            loaded.tokenizer(),
            loaded.processor(),
            loaded.forms(),
            () -> {
              throw new IllegalStateException("stuck");
            });
    assertThatThrownBy(stubborn::close).hasMessage("stuck");
    assertClosed(loaded);
  }

  @Test
  void aModelWhoseAdapterCannotBeLoadedIsClosed() throws Exception {
    Loaded base = spec.load(Device.cpu(), HADOOP);
    NDArray weight = base.model().weights().tensors().values().iterator().next();
    Path adapter = Files.createDirectory(folder.resolve("adapter"));
    Files.writeString(adapter.resolve("adapter_config.json"), "{");
    assertThatThrownBy(() -> ModelSpec.adapted(base, adapter))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining("adapter_config.json");
    assertClosed(base);
    assertThat(weight.isReleased()).isTrue();
  }

  /** Before any weights are in memory. */
  @Test
  void aDamagedTokenizerIsToldFirst() throws IOException {
    Files.writeString(folder.resolve("model/tokenizer.json"), "{");
    Files.delete(folder.resolve("model/model.safetensors"));
    assertThatThrownBy(() -> spec.load(Device.cpu(), HADOOP))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining("tokenizer.json");
  }

  private Loaded kept() throws Exception {
    try (ExecutorModels.Loan lease = ExecutorModels.acquire(spec, Device.cpu(), HADOOP)) {
      return lease.model();
    }
  }

  private static void assertClosed(Loaded loaded) {
    assertThatThrownBy(() -> loaded.tokenizer().encode("x"))
        .isInstanceOf(IllegalStateException.class);
  }
}
