package io.geolocsft.sft;

import com.google.common.primitives.Ints;
import io.geolocsft.gemma.TokenBatch;
import io.geolocsft.gemma.TokenBatch.Padding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The rows of one forward pass, on the host.
 *
 * @param at cells whose hidden state predicts a target token
 * @param targets those target tokens
 * @param images pixels or cached features of each row's image, of rows that have one
 */
record MicroBatch(
    List<TrainingExample> examples,
    TokenBatch tokens,
    long[] at,
    long[] targets,
    float[][] images) {

  /**
   * Lays out rows and loads their images.
   *
   * @param sharedPrefix whether tokens that all rows begin with may stand apart
   */
  static MicroBatch of(
      List<TrainingExample> examples, int imageToken, PixelSource images, boolean sharedPrefix)
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
    return new MicroBatch(examples, tokens, at, targets, loaded.toArray(float[][]::new));
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
