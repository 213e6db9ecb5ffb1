package io.geolocsft.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.cli.TinyModel;
import io.geolocsft.config.ModelSettings;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestModelFolder {

  @TempDir private Path folder;
  private ModelSettings settings;

  @BeforeEach
  void writeModel() throws IOException {
    TinyModel.write(folder);
    settings = new ModelSettings(folder.toString(), "load", "cpu", "float32");
  }

  /** As transformers 5 saves a model. */
  private void moveToSection() throws IOException {
    Path older = folder.resolve("preprocessor_config.json");
    Files.writeString(
        folder.resolve("processor_config.json"),
        "{\"image_processor\": %s}".formatted(Files.readString(older)));
    Files.delete(older);
  }

  @Test
  void eitherFileOfTheImagesWillDo() throws IOException {
    ModelFolder.check(settings);
    assertThat(ModelFolder.fingerprints(settings))
        .containsOnlyKeys(
            "model/config.json",
            "model/tokenizer.json",
            "model/preprocessor_config.json",
            "model/weights");
    moveToSection();
    ModelFolder.check(settings);
    Map<String, String> before = ModelFolder.fingerprints(settings);
    assertThat(before).containsKey("model/processor_config.json");
    assertThat(ModelFolder.textFingerprints(settings, true))
        .containsKey("model/processor_config.json");
    Path section = folder.resolve("processor_config.json");
    Files.setLastModifiedTime(section, FileTime.fromMillis(5000));
    assertThat(ModelFolder.fingerprints(settings)).isEqualTo(before);
    Files.writeString(section, " ", StandardOpenOption.APPEND);
    assertThat(ModelFolder.fingerprints(settings)).isNotEqualTo(before);
  }

  @Test
  void withoutEitherBothAreNamed() throws IOException {
    Files.delete(folder.resolve("preprocessor_config.json"));
    assertThatThrownBy(() -> ModelFolder.fingerprints(settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("preprocessor_config.json or processor_config.json");
    assertThat(ModelFolder.textFingerprints(settings, false)).hasSize(2);
  }

  @Test
  void aModelThatReadsNoImagesIsToldSo() throws IOException {
    Files.delete(folder.resolve("preprocessor_config.json"));
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"gemma3_text\"}");
    assertThatThrownBy(() -> ModelFolder.fingerprints(settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cannot read images");
  }

  @Test
  void whatCannotBeComputedIsToldWithTheSetting() throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"torch_dtype\"", "\"quantization_config\": {\"bits\": 4}, \"dtype\""));
    assertThatThrownBy(() -> ModelFolder.check(settings))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("model.path")
        .hasMessageContaining("quantization_config is {\"bits\":4}");
  }
}
