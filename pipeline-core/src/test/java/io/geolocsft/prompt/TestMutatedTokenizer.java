package io.geolocsft.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.MutatedFiles;
import io.geolocsft.Mutations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tokenizer, damaged or hostile, is read or refused. The native library behind it ends the
 * process where it cannot go on, so that this test would not end at all.
 */
class TestMutatedTokenizer {

  private static final int CASES = 500;

  /** The file as bytes and as a Java text for the native library, and an array that grows. */
  private static final int BYTES_PER_BYTE = 16;

  @TempDir private Path folder;

  @Test
  void tokenizer() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.copy(SmallTokenizer.FOLDER.resolve("tokenizer.json"), file);
    new MutatedFiles(file, MutatedFiles.READER_BYTES, BYTES_PER_BYTE)
        .read(CASES, Mutations::json, this::load)
        .assertBothOf(CASES);
  }

  private void load() throws IOException {
    try (GemmaTokenizer tokenizer = GemmaTokenizer.load(folder)) {
      assertThat(tokenizer.vocabularySize()).isPositive();
      tokenizer.decode(new int[] {0, tokenizer.vocabularySize() - 1});
    }
  }
}
