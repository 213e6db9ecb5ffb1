package io.geolocsft.retrieve;

import io.geolocsft.geo.GeoPoint;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * An image that is like another.
 *
 * @param imageId of it
 * @param latitude where it was taken, degrees
 * @param longitude where it was taken, degrees
 * @param similarity cosine of the angle between the two images' features, in [-1, 1]
 */
public record Neighbour(String imageId, double latitude, double longitude, float similarity)
    implements Serializable {

  /** The most similar first; of equals the one whose id comes first. */
  static final Comparator<Neighbour> ORDER =
      Comparator.comparing(Neighbour::similarity).reversed().thenComparing(Neighbour::imageId);

  /** Where it was taken. */
  public GeoPoint point() {
    return new GeoPoint(latitude, longitude);
  }

  /** The most similar of two lists. */
  public static List<Neighbour> merge(List<Neighbour> some, List<Neighbour> others, int count) {
    return Stream.concat(some.stream(), others.stream()).sorted(ORDER).limit(count).toList();
  }
}
