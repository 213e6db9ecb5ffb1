package io.geolocsft.evaluate;

import static com.google.common.base.Preconditions.checkArgument;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Judges models on a slice of a benchmark.
 *
 * @param convention how answers are judged
 * @param bootstrap of the intervals
 * @param byAuthor whether the images of one author are resampled together
 * @param minimumSlice slices of fewer images than this are left out: their figures say nothing
 * @param pairs models to compare; those of which one did not answer are left out
 */
public record Evaluation(
    Convention convention,
    Bootstrap bootstrap,
    boolean byAuthor,
    int minimumSlice,
    List<ModelPair> pairs)
    implements Serializable {

  /**
   * Of more images than this a benchmark's answers are counted, see {@link Tally}; up to so many
   * its own images are drawn, which takes a core half a second for each slice of as many.
   */
  public static final int EXACT_IMAGES = 20_000;

  public Evaluation {
    checkArgument(minimumSlice >= 1, "minimumSlice must be at least 1, is %s", minimumSlice);
    pairs = List.copyOf(pairs);
  }

  /**
   * All figures of some models on a slice that is small enough to draw its images themselves.
   *
   * @param images the whole slice, which is the denominator for every model; their order decides
   *     what is drawn
   * @param models predictions by image id, by the model's name; an image without one is missing
   * @throws IllegalArgumentException if image ids repeat, or a prediction is for none of the images
   */
  public List<Figure> figures(
      String benchmark,
      Slice slice,
      List<BenchmarkImage> images,
      Map<String, Map<String, Prediction>> models) {
    List<String> ids = images.stream().map(BenchmarkImage::imageId).toList();
    var known = new HashSet<>(ids);
    checkArgument(known.size() == ids.size(), "image ids of %s repeat", benchmark);
    if (isTooSmall(slice, ids.size())) {
      return List.of();
    }
    SliceFigures figures = start(benchmark, slice);
    Clusters clusters = byAuthor ? Clusters.byAuthor(images) : Clusters.single(ids.size());
    Map<String, Outcomes> outcomes = new HashMap<>();
    models.forEach(
        (model, predictions) -> {
          requireKnown(benchmark, model, predictions.keySet(), known);
          List<Prediction> ordered =
              ids.stream().map(id -> predictions.getOrDefault(id, Prediction.NONE)).toList();
          outcomes.put(model, Outcomes.of(convention, images, ordered));
          figures.add(model, outcomes.get(model), clusters);
        });
    return figures.figures(pairs).stream().map(figure -> tested(figure, outcomes)).toList();
  }

  /** A difference of accuracies with its p-value. */
  private Figure tested(Figure figure, Map<String, Outcomes> outcomes) {
    Optional<ModelPair> pair = pairOf(figure);
    if (pair.isEmpty()) {
      return figure;
    }
    Outcomes minuend = outcomes.get(pair.get().minuend());
    return figure.withPValue(
        minuend
            .against(
                outcomes.get(pair.get().subtrahend()),
                convention.comparison(),
                figure.thresholdKm().getAsDouble())
            .pValue());
  }

  /** The pair of which a figure is the difference of two accuracies. */
  public Optional<ModelPair> pairOf(Figure figure) {
    return pairs.stream()
        .filter(pair -> figure.thresholdKm().isPresent())
        .filter(pair -> pair.label().equals(figure.model()))
        .findFirst();
  }

  private static void requireKnown(
      String benchmark, String model, Set<String> answered, Set<String> known) {
    for (String id : answered) {
      checkArgument(known.contains(id), "%s answers %s, which %s lacks", model, id, benchmark);
    }
  }

  /**
   * All figures of some models on a slice of any size.
   *
   * @param tallies of each model, in their order
   */
  public List<Figure> figures(String benchmark, Slice slice, Iterable<Tally.OfModel> tallies) {
    SliceFigures figures = start(benchmark, slice);
    for (Tally.OfModel each : tallies) {
      PoissonGroups groups = each.tally().groups();
      Outcomes outcomes = each.tally().outcomes(groups);
      if (isTooSmall(slice, (long) outcomes.weighted(groups.once()).images())) {
        return List.of();
      }
      figures.add(each.model(), outcomes, groups);
    }
    return figures.figures(pairs);
  }

  private boolean isTooSmall(Slice slice, long images) {
    return !slice.equals(Slice.ALL) && images < minimumSlice;
  }

  private SliceFigures start(String benchmark, Slice slice) {
    // A slice's draws must not depend on which other slices there are.
    Bootstrap seeded =
        bootstrap.withSeed(
            bootstrap.seed()
                ^ Hashing.farmHashFingerprint64()
                    .hashString(benchmark + "\n" + slice, UTF_8)
                    .asLong());
    return new SliceFigures(convention, seeded, benchmark, slice);
  }
}
