package io.geolocsft.lora;

import io.geolocsft.MutatedFiles;
import io.geolocsft.Mutations;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.SmallGemma;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An adapter's configuration, damaged or hostile, is read or refused. */
class TestMutatedAdapters {

  private static final int CASES = 1_000;

  /** An empty list within a list takes three bytes in JSON and two objects in a tree. */
  private static final int BYTES_PER_JSON_BYTE = 64;

  @Test
  void configuration(@TempDir Path folder) throws IOException {
    LoraConfig config = new LoraConfig(2, 4, 0.1, List.of("q_proj", "down_proj"), true);
    try (GemmaModel model = SmallGemma.random(1);
        LoraAdapter adapter = LoraAdapter.create(config, model, 5)) {
      PeftFiles.save(adapter, folder, "base", Map.of());
      new MutatedFiles(
              folder.resolve("adapter_config.json"), MutatedFiles.READER_BYTES, BYTES_PER_JSON_BYTE)
          .read(CASES, Mutations::json, () -> PeftFiles.load(folder, model).close())
          .assertBothOf(CASES);
    }
  }
}
