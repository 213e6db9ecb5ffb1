package io.geolocsft.image;

import java.util.Arrays;

/**
 * A 64-bit hash that changes little when an image is scaled, recompressed or slightly recoloured:
 * the signs, around their median, of the 8 x 8 lowest frequencies of the discrete cosine transform
 * of the brightness at 32 x 32 pixels. The form is that of Python's ImageHash ({@code phash}), with
 * the resize of {@link BilinearResize}.
 */
public final class PerceptualHash {

  private static final int SIDE = 32;
  private static final int KEPT = 8;

  /** Below this a coefficient is only rounding, so that all blank images hash alike. */
  private static final double ROUNDING = 1e-6;

  private static final double[][] COSINES = cosines();

  private PerceptualHash() {}

  /** The hash of an image; the lowest frequency is the highest bit. */
  public static long of(RgbImage image) {
    double[] low = lowFrequencies(BilinearResize.resize(image, SIDE, SIDE).luma());
    double median = median(low);
    long hash = 0;
    for (double coefficient : low) {
      hash = hash << 1 | (coefficient > median + ROUNDING ? 1 : 0);
    }
    return hash;
  }

  /** Bits in which two hashes differ, 0 to 64. */
  public static int distance(long first, long second) {
    return Long.bitCount(first ^ second);
  }

  /** {@code [8, 8]} coefficients of {@code [32, 32]} values: rows, then columns. */
  private static double[] lowFrequencies(int[] luma) {
    double[] rows = new double[SIDE * KEPT];
    for (int y = 0; y < SIDE; y++) {
      for (int u = 0; u < KEPT; u++) {
        for (int x = 0; x < SIDE; x++) {
          rows[y * KEPT + u] += luma[y * SIDE + x] * COSINES[u][x];
        }
      }
    }
    double[] low = new double[KEPT * KEPT];
    for (int v = 0; v < KEPT; v++) {
      for (int u = 0; u < KEPT; u++) {
        for (int y = 0; y < SIDE; y++) {
          low[v * KEPT + u] += rows[y * KEPT + u] * COSINES[v][y];
        }
      }
    }
    return low;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
  }

  private static double[][] cosines() {
    double[][] cosines = new double[KEPT][SIDE];
    for (int u = 0; u < KEPT; u++) {
      for (int x = 0; x < SIDE; x++) {
        cosines[u][x] = StrictMath.cos(Math.PI * u * (2 * x + 1) / (2 * SIDE));
      }
    }
    return cosines;
  }
}
