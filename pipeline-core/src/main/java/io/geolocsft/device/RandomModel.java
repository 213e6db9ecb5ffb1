package io.geolocsft.device;

import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.gemma.config.TextConfig;
import io.geolocsft.gemma.config.TextConfig.LayerType;
import io.geolocsft.gemma.config.VisionConfig;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Random models to check a device by where no checkpoint is at hand. */
public enum RandomModel {
  /** 3 million parameters in the decoder. */
  TINY(512, 256, 512, 6, 4, 1, 64, 256),
  /** 31 million. */
  SMALL(8_192, 512, 1_792, 8, 8, 2, 64, 256),
  /** 1.1 billion, the width of a 4B and half its depth. */
  MEDIUM(32_768, 2_048, 8_192, 16, 8, 4, 256, 1_024);

  private static final int PATTERN = 6;

  private final TextConfig text;

  RandomModel(
      int words,
      int hidden,
      int intermediate,
      int layers,
      int heads,
      int keyValueHeads,
      int headDim,
      int window) {
    text =
        new TextConfig(
            words,
            hidden,
            intermediate,
            layers,
            heads,
            keyValueHeads,
            headDim,
            headDim,
            1e-6,
            window,
            IntStream.rangeClosed(1, layers)
                .mapToObj(
                    layer ->
                        layer % PATTERN == 0
                            ? LayerType.FULL_ATTENTION
                            : LayerType.SLIDING_ATTENTION)
                .toList(),
            1e6,
            1,
            1e4,
            OptionalDouble.empty());
  }

  /** With a small vision tower; the image token is the last of the vocabulary. */
  public GemmaConfig config() {
    VisionConfig vision = new VisionConfig(192, 768, 4, 3, 128, 8, 1e-6, 64);
    return new GemmaConfig(text, Optional.of(vision), text.vocabSize() - 1);
  }
}
