package io.geolocsft.image;

/**
 * Pillow's antialiased bilinear resize (Resample.c): a triangle as wide as the reduction, first
 * across the rows, then down the columns, 8-bit between the two, in its fixed-point arithmetic, so
 * that every sample comes out equal.
 */
public final class BilinearResize {

  /** Bits of fraction: 32 less 8 of a sample less 2 of head room. */
  private static final int PRECISION_BITS = 22;

  private BilinearResize() {}

  public static RgbImage resize(RgbImage image, int width, int height) {
    return vertical(horizontal(image, width), height);
  }

  private static RgbImage horizontal(RgbImage in, int width) {
    if (in.width() == width) {
      return in;
    }
    Weights weights = Weights.of(in.width(), width);
    RgbImage out = RgbImage.black(width, in.height());
    int to = 0;
    for (int y = 0; y < in.height(); y++) {
      int row = y * in.width() * RgbImage.CHANNELS;
      for (int x = 0; x < width; x++) {
        int from = row + weights.first[x] * RgbImage.CHANNELS;
        for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
          out.rgb()[to++] = weights.sum(x, in.rgb(), from + channel, RgbImage.CHANNELS);
        }
      }
    }
    return out;
  }

  private static RgbImage vertical(RgbImage in, int height) {
    if (in.height() == height) {
      return in;
    }
    Weights weights = Weights.of(in.height(), height);
    RgbImage out = RgbImage.black(in.width(), height);
    int stride = in.width() * RgbImage.CHANNELS;
    int to = 0;
    for (int y = 0; y < height; y++) {
      int from = weights.first[y] * stride;
      for (int i = 0; i < stride; i++) {
        out.rgb()[to++] = weights.sum(y, in.rgb(), from + i, stride);
      }
    }
    return out;
  }

  /**
   * How much each input sample gives to each output sample.
   *
   * @param first index of the first contributing input, by output
   * @param fixed weights of the inputs from there on, by output, scaled by 2^22
   */
  private record Weights(int[] first, int[][] fixed) {

    static Weights of(int inputs, int outputs) {
      double scale = (double) inputs / outputs;
      double reach = Math.max(scale, 1);
      int[] first = new int[outputs];
      int[][] fixed = new int[outputs][];
      for (int i = 0; i < outputs; i++) {
        double center = (i + 0.5) * scale;
        first[i] = Math.max(0, (int) (center - reach + 0.5));
        int end = Math.min(inputs, (int) (center + reach + 0.5));
        fixed[i] = fixed(triangle(first[i], end, center, reach));
      }
      return new Weights(first, fixed);
    }

    private static double[] triangle(int first, int end, double center, double reach) {
      double[] weights = new double[end - first];
      double inverse = 1.0 / reach;
      double total = 0;
      for (int i = 0; i < weights.length; i++) {
        weights[i] = Math.max(0, 1 - Math.abs((i + first - center + 0.5) * inverse));
        total += weights[i];
      }
      for (int i = 0; i < weights.length && total != 0; i++) {
        weights[i] /= total;
      }
      return weights;
    }

    private static int[] fixed(double[] weights) {
      int[] fixed = new int[weights.length];
      for (int i = 0; i < fixed.length; i++) {
        fixed[i] = (int) (0.5 + weights[i] * (1 << PRECISION_BITS));
      }
      return fixed;
    }

    byte sum(int output, byte[] samples, int from, int stride) {
      int sum = 1 << (PRECISION_BITS - 1);
      int at = from;
      for (int weight : fixed[output]) {
        sum += (samples[at] & 0xff) * weight;
        at += stride;
      }
      return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
    }
  }
}
