package io.geolocsft.gemma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.Resources;
import io.geolocsft.gemma.config.CompanionFiles;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.image.preprocess.GemmaImageProcessor;
import io.geolocsft.json.JsonFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders as they come. */
class TestModelFolders {

  @TempDir private Path folder;

  private static Path folder(String name) {
    URI config =
        URI.create(
            Resources.getResource(TestModelFolders.class, "folders/" + name + "/config.json")
                .toString());
    return Path.of(config).getParent();
  }

  @Test
  void whatTransformers5SavesIsRead() throws IOException {
    Path model = folder("v5_processor_config");
    assertThat(GemmaConfig.read(model).text().ropeLinearFactor()).isEqualTo(8);
    assertThat(GemmaImageProcessor.load(model).size()).isEqualTo(64);
  }

  /** transformers passes over them, and so would scale nothing. */
  @Test
  void rotarySettingsWithoutLayerTypesAreRefused() {
    assertThatThrownBy(() -> GemmaConfig.read(folder("rope_flat")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("config.json: text_config.rope_parameters.rope_type is \"linear\"")
        .hasMessageContaining("full_attention");
  }

  @Test
  void whatAFolderHasBesideItsWeightsIsCopied() throws IOException {
    CompanionFiles.copy(folder("v5_processor_config"), folder);
    assertThat(folder)
        .isDirectoryNotContaining("glob:**preprocessor_config.json")
        .isDirectoryContaining("glob:**/processor_config.json")
        .isDirectoryContaining("glob:**/config.json");
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(folder.resolve("model.safetensors"), "");
    CompanionFiles.copy(folder, other);
    assertThat(other.resolve("model.safetensors")).doesNotExist();
  }

  @Test
  void theConfigurationNamesTheTypeOfTheWeightsBesideIt() throws IOException {
    Path from = Files.createDirectory(folder.resolve("from"));
    String config =
        """
        {"dtype": "bfloat16", "eps": 1e-06, "text_config": {"torch_dtype": "bfloat16", "a": [1]},
         "vision_config": {"torch_dtype": null}}""";
    Files.writeString(from.resolve("config.json"), config);
    CompanionFiles.copy(from, folder, DataType.BFLOAT16);
    assertThat(folder.resolve("config.json")).hasContent(config);
    CompanionFiles.copy(from, folder, DataType.FLOAT32);
    assertThat(JsonFile.read(folder.resolve("config.json")))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    config
                        .replace("\"dtype\": \"bfloat16\"", "\"dtype\": \"float32\"")
                        .replace("\"torch_dtype\": \"bfloat16\"", "\"torch_dtype\": \"float32\"")));
  }
}
