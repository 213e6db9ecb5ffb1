package io.geolocsft.retrieve;

import static com.google.common.base.Preconditions.checkArgument;

import io.geolocsft.geo.GeoPoint;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/** Some images with their features, and where they were taken. Exact, and shared by threads. */
public final class FeatureBlock implements Serializable {

  @Serial private static final long serialVersionUID = 1L;

  private final ArrayList<String> ids = new ArrayList<>();
  private final ArrayList<float[]> vectors = new ArrayList<>();
  private final ArrayList<double[]> points = new ArrayList<>();

  /**
   * Adds an image.
   *
   * @param vector of length 1, and of as many numbers as the others'
   */
  public void add(String imageId, GeoPoint point, float[] vector) {
    checkArgument(
        vectors.isEmpty() || vectors.get(0).length == vector.length,
        "features of %s and of %s numbers",
        vector.length,
        vectors.isEmpty() ? 0 : vectors.get(0).length);
    ids.add(imageId);
    vectors.add(vector);
    points.add(new double[] {point.latitude(), point.longitude()});
  }

  /** Number of images. */
  public int size() {
    return ids.size();
  }

  public String id(int image) {
    return ids.get(image);
  }

  /** The feature of an image; not a copy. */
  public float[] vector(int image) {
    return vectors.get(image);
  }

  /** The most similar images, the best first. */
  public List<Neighbour> nearest(float[] query, int count) {
    PriorityQueue<Neighbour> best = new PriorityQueue<>(Neighbour.ORDER.reversed());
    for (int image = 0; image < size(); image++) {
      float similarity = dot(query, vectors.get(image));
      if (best.size() < count || similarity >= best.element().similarity()) {
        double[] point = points.get(image);
        best.add(new Neighbour(ids.get(image), point[0], point[1], similarity));
        if (best.size() > count) {
          best.remove();
        }
      }
    }
    return best.stream().sorted(Neighbour.ORDER).toList();
  }

  /** Four sums, which a processor adds at once. */
  private static float dot(float[] a, float[] b) {
    float first = 0;
    float second = 0;
    float third = 0;
    float fourth = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      first += a[i] * b[i];
      second += a[i + 1] * b[i + 1];
      third += a[i + 2] * b[i + 2];
      fourth += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      first += a[i] * b[i];
    }
    return first + second + (third + fourth);
  }
}
