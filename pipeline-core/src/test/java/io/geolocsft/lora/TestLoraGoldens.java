package io.geolocsft.lora;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GoldenCase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Adapters that PEFT wrote; TestParityCheck compares what they compute. The files are made by
 * src/test/python/make_goldens.py.
 */
class TestLoraGoldens {

  static List<GoldenCase> cases() {
    List<GoldenCase> cases = GoldenCase.all();
    assertThat(cases).hasSize(9);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aSavedAdapterIsReadBackUnchanged(GoldenCase golden, @TempDir Path folder)
      throws IOException {
    try (GemmaModel base = load(golden);
        LoraAdapter adapter = PeftFiles.load(golden.adapterFolder(), base)) {
      PeftFiles.save(adapter, folder, "base", Map.of());
      try (LoraAdapter again = PeftFiles.load(folder, base)) {
        assertThat(again.config()).isEqualTo(adapter.config());
        assertThat(again.tensors().keySet()).isEqualTo(adapter.tensors().keySet());
        adapter
            .tensors()
            .forEach(
                (name, tensor) ->
                    assertThat(again.tensors().get(name).toFloatArray())
                        .as(name)
                        .isEqualTo(tensor.toFloatArray()));
      }
    }
  }

  private static GemmaModel load(GoldenCase golden) throws IOException {
    return GemmaModel.load(golden.modelFolder(), Device.cpu(), DataType.FLOAT32);
  }
}
