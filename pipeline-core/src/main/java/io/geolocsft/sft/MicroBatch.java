package io.geolocsft.sft;

import io.geolocsft.gemma.TokenBatch;
import io.geolocsft.gemma.TokenBatch.Padding;
import java.io.IOException;
import java.util.List;

/**
 * The rows of one forward pass, on the host.
 *
 * @param at cells whose hidden state predicts a target token
 * @param targets those target tokens
 * @param images pixels or cached features of each row's image
 */
record MicroBatch(
    List<TrainingExample> examples,
    TokenBatch tokens,
    long[] at,
    long[] targets,
    float[][] images) {

  static MicroBatch of(List<TrainingExample> examples, int imageToken, PixelSource images)
      throws IOException {
    TokenBatch tokens =
        TokenBatch.of(
            examples.stream().map(TrainingExample::tokens).toList(), Padding.RIGHT, imageToken);
    int count = examples.stream().mapToInt(TrainingExample::targetTokens).sum();
    long[] at = new long[count];
    long[] targets = new long[count];
    float[][] loaded = new float[examples.size()][];
    int next = 0;
    for (int row = 0; row < examples.size(); row++) {
      TrainingExample example = examples.get(row);
      for (int i = example.targetStart(); i < example.tokens().length; i++) {
        at[next] = tokens.cell(row, i - 1);
        targets[next++] = example.tokens()[i];
      }
      loaded[row] = images.pixels(example);
    }
    return new MicroBatch(examples, tokens, at, targets, loaded);
  }

  int tokenCount() {
    return examples.stream().mapToInt(example -> example.tokens().length).sum();
  }
}
