package io.geolocsft.sft;

import com.google.common.primitives.Ints;
import io.geolocsft.gemma.TokenBatch;
import io.geolocsft.gemma.TokenBatch.Padding;
import io.geolocsft.training.PixelSource;
import io.geolocsft.training.TokenPass.Rows;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The rows of one forward pass, on the host.
 *
 * @param rows with the cells whose hidden state predicts a target token
 * @param targets those target tokens
 */
record MicroBatch(List<TrainingExample> examples, Rows rows, long[] targets) {

  /**
   * Lays out rows and loads their images.
   *
   * @param images pixels or features of an example's image
   * @param cached whether they are features
   * @param sharedPrefix whether tokens that all rows begin with may stand apart
   */
  static MicroBatch of(
      List<TrainingExample> examples,
      int imageToken,
      PixelSource images,
      boolean cached,
      boolean sharedPrefix)
      throws IOException {
    List<int[]> rows = examples.stream().map(TrainingExample::tokens).toList();
    int shared = sharedPrefix ? shared(examples, rows, imageToken) : 0;
    TokenBatch tokens = TokenBatch.of(rows, Padding.RIGHT, imageToken, shared);
    int count = examples.stream().mapToInt(TrainingExample::targetTokens).sum();
    long[] at = new long[count];
    long[] targets = new long[count];
    List<float[]> loaded = new ArrayList<>();
    int next = 0;
    for (int row = 0; row < examples.size(); row++) {
      TrainingExample example = examples.get(row);
      for (int i = example.targetStart(); i < example.tokens().length; i++) {
        at[next] = tokens.cell(row, i - 1);
        targets[next++] = example.tokens()[i];
      }
      if (Ints.contains(example.tokens(), imageToken)) {
        Collections.addAll(loaded, images.pixels(example));
      }
    }
    List<String> imageIds = examples.stream().map(TrainingExample::imageId).toList();
    return new MicroBatch(
        examples, new Rows(imageIds, tokens, at, loaded.toArray(float[][]::new), cached), targets);
  }

  /** Each row's last prompt token predicts its first target token, so it stays with the row. */
  private static int shared(List<TrainingExample> examples, List<int[]> rows, int imageToken) {
    int limit = examples.stream().mapToInt(TrainingExample::targetStart).min().orElse(1) - 1;
    return TokenBatch.commonPrefix(rows, imageToken, limit);
  }

  int tokenCount() {
    return examples.stream().mapToInt(example -> example.tokens().length).sum();
  }
}
