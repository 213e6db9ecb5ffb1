package io.geolocsft.gemma;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.gemma.config.TextConfig;
import io.geolocsft.gemma.config.TextConfig.LayerType;
import io.geolocsft.gemma.config.VisionConfig;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A random Gemma 3 of a few thousand parameters, with a vision tower and both kinds of layers. */
public final class SmallGemma {

  public static final int WORDS = 32;

  /** Outside the vocabulary, so that no answer holds it. */
  public static final int IMAGE_TOKEN = WORDS;

  /** Soft tokens an image. */
  public static final int IMAGE_TOKENS = 4;

  /** Floats of an image's pixels. */
  public static final int PIXELS = 3 * 16 * 16;

  private SmallGemma() {}

  public static GemmaConfig config() {
    return config(WORDS);
  }

  /** With a vocabulary of its own, outside which its image token lies. */
  public static GemmaConfig config(int words) {
    TextConfig text =
        new TextConfig(
            words,
            16,
            32,
            2,
            2,
            1,
            8,
            8,
            1e-6,
            4,
            List.of(LayerType.SLIDING_ATTENTION, LayerType.FULL_ATTENTION),
            1e6,
            8,
            1e4,
            OptionalDouble.empty());
    VisionConfig vision = new VisionConfig(8, 16, 1, 2, 16, 4, 1e-6, IMAGE_TOKENS);
    return new GemmaConfig(text, Optional.of(vision), words);
  }

  /** In float32 on the processor. */
  public static GemmaModel random(long seed) {
    return GemmaModel.of(config(), GemmaWeights.random(config(), Device.cpu(), seed));
  }

  /** Arrays that DJL holds at the moment, of all managers that any test has open. */
  public static int liveArrays() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      List<NDArray> arrays = manager.getParentManager().getManagedArrays();
      return arrays.size();
    }
  }
}
