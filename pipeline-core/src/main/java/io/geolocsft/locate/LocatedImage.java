package io.geolocsft.locate;

import io.geolocsft.aggregate.Aggregate;
import io.geolocsft.aggregate.Radii;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.PlaceNames;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What came of one photograph.
 *
 * @param image its path as the user knows it
 * @param uri of its file
 * @param answer the one point of its candidates; empty if none has a point
 * @param radii around it that are to hold the truth, where they are known
 * @param names of the place at the answer; present where that is
 * @param candidates the model's answers in their order, duplicates and unreadable ones among them
 * @param exif the position that the photograph itself states, which was not used for the answer
 * @param problem why it has no candidates, if so
 */
public record LocatedImage(
    String image,
    String uri,
    Optional<Aggregate> answer,
    Optional<Radii.OfAnswer> radii,
    Optional<PlaceNames> names,
    List<LocatedCandidate> candidates,
    Optional<GeoPoint> exif,
    Optional<Problem> problem) {

  /**
   * Why an image has no answer.
   *
   * @param kind a word to count by
   * @param message a sentence
   */
  public record Problem(String kind, String message) {}

  public LocatedImage {
    candidates = List.copyOf(candidates);
  }

  /** How the first candidate was read; the problem's kind where there is none. */
  public String status() {
    return problem
        .map(Problem::kind)
        .orElseGet(() -> candidates.isEmpty() ? "no_answer" : candidates.get(0).status());
  }

  /** From the answer to the position that the photograph states, km on the mean sphere. */
  public OptionalDouble exifKm() {
    return answer.isPresent() && exif.isPresent()
        ? OptionalDouble.of(
            DistanceModel.SPHERE_6371_0088.kilometers(answer.get().point(), exif.get()))
        : OptionalDouble.empty();
  }

  /** What the model thought before its first answer; empty if it wrote nothing else. */
  public String reasoning() {
    return candidates.isEmpty() ? "" : Reasoning.in(candidates.get(0).text());
  }
}
