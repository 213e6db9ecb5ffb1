package io.geolocsft.evaluate.reference;

import static com.google.common.base.Preconditions.checkArgument;

import io.geolocsft.geo.GeoPoint;
import java.io.Serializable;
import java.util.List;

/**
 * The reference without learning: the answer for an image is the place of the training image whose
 * {@link Thumbnail} is nearest in squared Euclidean distance; the first of equals wins.
 */
public final class PixelIndex implements Serializable {

  private static final long serialVersionUID = 1;

  // Pixels between two looks at whether an image can still win.
  private static final int STRIDE = 96;

  private final byte[] pixels; // [images, side, side, 3]
  private final double[] latitudes;
  private final double[] longitudes;

  /**
   * Copies the thumbnails.
   *
   * @throws IllegalArgumentException if there are none, or not one point for each
   */
  public PixelIndex(List<Thumbnail> thumbnails, List<GeoPoint> points) {
    checkArgument(!thumbnails.isEmpty(), "no images to look among");
    checkArgument(
        thumbnails.size() == points.size(),
        "%s images, %s points",
        thumbnails.size(),
        points.size());
    pixels = new byte[thumbnails.size() * Thumbnail.LENGTH];
    for (int image = 0; image < thumbnails.size(); image++) {
      thumbnails.get(image).copyTo(pixels, image * Thumbnail.LENGTH);
    }
    latitudes = points.stream().mapToDouble(GeoPoint::latitude).toArray();
    longitudes = points.stream().mapToDouble(GeoPoint::longitude).toArray();
  }

  /** Number of images to look among. */
  public int size() {
    return latitudes.length;
  }

  /** Where the nearest image was taken. */
  public GeoPoint locate(Thumbnail query) {
    int nearest = nearest(query);
    return new GeoPoint(latitudes[nearest], longitudes[nearest]);
  }

  int nearest(Thumbnail query) {
    byte[] wanted = new byte[Thumbnail.LENGTH];
    query.copyTo(wanted, 0);
    int best = -1;
    int bestDistance = Integer.MAX_VALUE;
    for (int image = 0; image < size(); image++) {
      int distance = squaredDistance(wanted, image * Thumbnail.LENGTH, bestDistance);
      if (distance < bestDistance) {
        best = image;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** The squared distance, or some number not below {@code limit} if it is not below that. */
  private int squaredDistance(byte[] wanted, int offset, int limit) {
    int sum = 0; // at most 768 * 255^2, far from overflow
    for (int start = 0; start < wanted.length && sum < limit; start += STRIDE) {
      for (int i = start; i < start + STRIDE; i++) {
        int difference = (wanted[i] & 0xff) - (pixels[offset + i] & 0xff);
        sum += difference * difference;
      }
    }
    return sum;
  }
}
