package io.geolocsft.image;

/**
 * How usable an image looks, measured on its brightness (0 to 255).
 *
 * @param blur variance of the Laplacian; low for blurred and empty images
 * @param brightness mean
 * @param contrast standard deviation
 * @param entropy of the histogram of 256 levels, in bits, 0 to 8
 */
public record ImageQuality(double blur, double brightness, double contrast, double entropy) {

  private static final int LEVELS = 256;

  /** Measures an image at its own size. */
  public static ImageQuality measure(RgbImage image) {
    int[] luma = image.luma();
    Moments levels = new Moments();
    int[] histogram = new int[LEVELS];
    for (int level : luma) {
      levels.add(level);
      histogram[level]++;
    }
    return new ImageQuality(
        laplacian(luma, image.width(), image.height()).variance(),
        levels.mean(),
        Math.sqrt(levels.variance()),
        entropy(histogram, luma.length));
  }

  /** The four neighbours less four times the middle, the border mirrored as OpenCV does. */
  private static Moments laplacian(int[] luma, int width, int height) {
    Moments laplacian = new Moments();
    for (int y = 0; y < height; y++) {
      int row = y * width;
      int above = mirrored(y - 1, height) * width;
      int below = mirrored(y + 1, height) * width;
      for (int x = 0; x < width; x++) {
        laplacian.add(
            luma[above + x]
                + luma[below + x]
                + luma[row + mirrored(x - 1, width)]
                + luma[row + mirrored(x + 1, width)]
                - 4 * luma[row + x]);
      }
    }
    return laplacian;
  }

  private static int mirrored(int index, int length) {
    int inside = index < 0 ? 1 : index == length ? length - 2 : index;
    return length == 1 ? 0 : inside;
  }

  private static double entropy(int[] histogram, int count) {
    double entropy = 0;
    for (int members : histogram) {
      if (members > 0) {
        double share = (double) members / count;
        entropy -= share * StrictMath.log(share) / StrictMath.log(2);
      }
    }
    // An image of one level would otherwise have an entropy of minus zero.
    return entropy + 0.0;
  }

  /** Sums of whole numbers, so that no order of adding matters. */
  private static final class Moments {
    private long count;
    private long sum;
    private long squares;

    void add(int value) {
      count++;
      sum += value;
      squares += (long) value * value;
    }

    double mean() {
      return (double) sum / count;
    }

    double variance() {
      return Math.max(0, (double) squares / count - mean() * mean());
    }
  }
}
