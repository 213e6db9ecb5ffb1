package io.geolocsft.image.preprocess;

import io.geolocsft.image.RgbImage;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts an oblong image into crops that are shown after the whole, as {@code pan_and_scan} of
 * transformers' {@code Gemma3ImageProcessor} does.
 *
 * @param minCropSize no crop has a shorter side: the image stays whole instead; not less than
 *     {@code maxCrops}, so that none is empty
 * @param maxCrops crops an image, 2 at least
 * @param minRatio of the longer to the shorter side below which an image stays whole
 */
public record PanAndScan(int minCropSize, int maxCrops, double minRatio) implements Serializable {

  /** Upstream's own settings. */
  public static final PanAndScan USUAL = new PanAndScan(256, 4, 1.2);

  public PanAndScan {
    if (maxCrops < 2 || minCropSize < maxCrops || !(minRatio >= 1)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Pan and scan needs two crops at least, of at least as many pixels, and a ratio of 1 at least, not %d, %d and %s",
              maxCrops,
              minCropSize,
              minRatio));
    }
  }

  /**
   * As the file of a model folder says that {@link GemmaImageProcessor#load} reads, or {@link
   * #USUAL} where it does not.
   *
   * @throws IOException naming the file and the keys that make no sense
   */
  public static PanAndScan load(Path modelFolder) throws IOException {
    return PreprocessorConfig.read(modelFolder).panAndScan();
  }

  /** How many crops an image of a size is cut into; 0 where it stays whole. */
  public int crops(int width, int height) {
    int longer = Math.max(width, height);
    int shorter = Math.min(width, height);
    double ratio = (double) longer / shorter;
    if (ratio < minRatio) {
      return 0;
    }
    int fitting = Math.min(longer / minCropSize, (int) Math.floor(ratio + 0.5));
    int count = Math.min(maxCrops, Math.max(2, fitting));
    return Math.min(cropSide(longer, count), shorter) < minCropSize ? 0 : count;
  }

  private static int cropSide(int longer, int count) {
    return (longer + count - 1) / count;
  }

  /** The image and its crops, from left to right or from top to bottom; the last may be shorter. */
  public List<RgbImage> views(RgbImage image) {
    List<RgbImage> views = new ArrayList<>(List.of(image));
    int count = crops(image.width(), image.height());
    boolean wide = image.width() >= image.height();
    for (int i = 0; i < count; i++) {
      int side = cropSide(wide ? image.width() : image.height(), count);
      views.add(
          wide
              ? crop(image, i * side, 0, Math.min(side, image.width() - i * side), image.height())
              : crop(image, 0, i * side, image.width(), Math.min(side, image.height() - i * side)));
    }
    return views;
  }

  private static RgbImage crop(RgbImage image, int left, int top, int width, int height) {
    RgbImage crop = RgbImage.black(width, height);
    int bytes = RgbImage.CHANNELS * width;
    for (int y = 0; y < height; y++) {
      int from = RgbImage.CHANNELS * ((top + y) * image.width() + left);
      System.arraycopy(image.rgb(), from, crop.rgb(), y * bytes, bytes);
    }
    return crop;
  }
}
