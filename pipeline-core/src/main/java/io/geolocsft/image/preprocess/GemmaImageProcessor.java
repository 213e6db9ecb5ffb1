package io.geolocsft.image.preprocess;

import io.geolocsft.image.BilinearResize;
import io.geolocsft.image.RgbImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What Gemma 3's vision tower is given: transformers' {@code Gemma3ImageProcessor}. The image is
 * resized to a square by {@link BilinearResize}, multiplied by the rescale factor and normalised.
 */
public final class GemmaImageProcessor {

  /** Where transformers 5 writes how images are prepared. */
  public static final String FILE = "processor_config.json";

  /** Where transformers 4 writes it. */
  public static final String OLDER_FILE = "preprocessor_config.json";

  private static final int LEVELS = 256;

  private final int size;
  private final float[][] normalized;

  /**
   * A processor that rescales by 1/255.
   *
   * @param size pixels of a side
   * @param mean of each channel, {@code [3]}
   * @param std of each channel, {@code [3]}
   */
  public GemmaImageProcessor(int size, double[] mean, double[] std) {
    this(size, mean, std, 1.0 / 255);
  }

  /**
   * A processor with all its settings.
   *
   * @param size pixels of a side
   * @param mean of each channel, {@code [3]}
   * @param std of each channel, {@code [3]}, not 0
   * @param rescale factor for a sample in [0, 255]
   * @throws IllegalArgumentException if a value is out of range
   */
  public GemmaImageProcessor(int size, double[] mean, double[] std, double rescale) {
    if (size < 1 || mean.length != RgbImage.CHANNELS || std.length != RgbImage.CHANNELS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Image size %d with %d means and %d deviations",
              size,
              mean.length,
              std.length));
    }
    this.size = size;
    this.normalized = new float[RgbImage.CHANNELS][];
    for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
      normalized[channel] = table((float) mean[channel], (float) std[channel], rescale);
    }
  }

  /** Gemma 3's usual processor: mean and deviation 0.5, so that values lie in [-1, 1]. */
  public static GemmaImageProcessor standard(int size) {
    double[] half = new double[RgbImage.CHANNELS];
    Arrays.fill(half, 0.5);
    return new GemmaImageProcessor(size, half, half);
  }

  /**
   * The processor that a model folder describes, in {@link #FILE} or {@link #OLDER_FILE}.
   *
   * @throws IOException if neither is there, or one cannot be read or asks for something that is
   *     not done here; the message names the file and the key
   */
  public static GemmaImageProcessor load(Path modelFolder) throws IOException {
    return PreprocessorConfig.read(modelFolder).processor();
  }

  /** Pixels of a side. */
  public int size() {
    return size;
  }

  /** Processes views of an image, each for itself. */
  public float[][] pixels(List<RgbImage> views) {
    return views.stream().map(this::pixels).toArray(float[][]::new);
  }

  /**
   * Processes an image.
   *
   * @return {@code [3, size, size]} normalised values, channel by channel, row by row
   */
  public float[] pixels(RgbImage image) {
    byte[] rgb = resized(image).rgb();
    int plane = size * size;
    float[] pixels = new float[RgbImage.CHANNELS * plane];
    for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
      float[] table = normalized[channel];
      for (int i = 0; i < plane; i++) {
        pixels[channel * plane + i] = table[rgb[i * RgbImage.CHANNELS + channel] & 0xff];
      }
    }
    return pixels;
  }

  /** The image at the model's size, before normalisation. */
  public RgbImage resized(RgbImage image) {
    return BilinearResize.resize(image, size, size);
  }

  /** Rescales in 64 and normalises in 32 bits, as the original does. */
  private static float[] table(float mean, float std, double rescale) {
    if (!(std > 0)) {
      throw new IllegalArgumentException("Image deviation " + std + " (allowed above 0)");
    }
    float[] table = new float[LEVELS];
    for (int level = 0; level < LEVELS; level++) {
      table[level] = ((float) (level * rescale) - mean) / std;
    }
    return table;
  }
}
