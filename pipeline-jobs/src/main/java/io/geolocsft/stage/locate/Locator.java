package io.geolocsft.stage.locate;

import io.geolocsft.aggregate.Aggregate;
import io.geolocsft.aggregate.Aggregation;
import io.geolocsft.aggregate.Calibration.Sureness;
import io.geolocsft.aggregate.Candidate;
import io.geolocsft.aggregate.Radii;
import io.geolocsft.cluster.answering.Answering.AnsweredCandidate;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.geo.Gazetteer;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.image.ExifReader;
import io.geolocsft.locate.LocatedCandidate;
import io.geolocsft.locate.LocatedImage;
import io.geolocsft.locate.LocatedImage.Problem;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Makes of a photograph's candidates what its owner wants to know.
 *
 * @param radii of the model's answers, where they are known
 */
public record Locator(
    Aggregation aggregation, Optional<Radii> radii, Gazetteer gazetteer, ImageBytes images) {

  /**
   * A photograph that the model was shown.
   *
   * @param image its path as the user knows it
   * @throws IOException if its file system fails
   */
  public LocatedImage of(String image, String uri, List<AnsweredCandidate> answers)
      throws IOException {
    List<LocatedCandidate> candidates = answers.stream().map(Locator::candidate).toList();
    List<Candidate> readable =
        candidates.stream()
            .filter(one -> one.point().isPresent())
            .map(one -> new Candidate(one.point().get(), one.logProbability()))
            .toList();
    Optional<Aggregate> answer = aggregation.aggregate(readable);
    return new LocatedImage(
        image,
        uri,
        answer,
        answer.flatMap(found -> radii.map(all -> all.of(Sureness.of(found, readable)))),
        answer.map(found -> gazetteer.at(found.point())),
        candidates,
        ExifReader.read(images.read(uri)).location(),
        Optional.empty());
  }

  /** A photograph that could not be shown to it. */
  public LocatedImage without(String image, String uri, Problem problem) {
    return new LocatedImage(
        image,
        uri,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.of(problem));
  }

  private static LocatedCandidate candidate(AnsweredCandidate answer) {
    Optional<GeoPoint> point =
        Optional.ofNullable(answer.latitude())
            .map(latitude -> new GeoPoint(latitude, answer.longitude()));
    return new LocatedCandidate(
        point,
        answer.logProbability() == null ? 0 : answer.logProbability(),
        answer.parseStatus(),
        answer.text());
  }
}
