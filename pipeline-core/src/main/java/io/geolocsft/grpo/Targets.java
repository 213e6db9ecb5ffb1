package io.geolocsft.grpo;

import com.google.common.collect.Maps;
import io.geolocsft.generate.Continuation;
import io.geolocsft.generate.Generator;
import io.geolocsft.grpo.PolicyBatch.Lesson;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What fine-tuning teaches about images, to be learned beside their answers. */
final class Targets {

  private final double weight;
  private final Map<String, Continuation> targets = new HashMap<>();

  /**
   * Reads the targets as answers, held to the form that answers are held to.
   *
   * @param weight of a batch's mean cross-entropy; 0 for none
   * @param generator of answers
   * @throws UnfitTargetException if a target is not of the form, or longer than an answer may be
   */
  Targets(double weight, List<LocatedExample> images, Generator generator) {
    this.weight = weight;
    if (weight > 0) {
      for (LocatedExample image : images) {
        targets.put(image.example().imageId(), read(image, generator));
      }
    }
  }

  private static Continuation read(LocatedExample image, Generator generator) {
    int most = generator.sampling().maxNewTokens();
    return generator
        .follow(image.target(), most)
        .orElseThrow(
            () -> {
              boolean isTooLong = generator.follow(image.target(), Integer.MAX_VALUE).isPresent();
              return unfit(image, isTooLong, most);
            });
  }

  private static UnfitTargetException unfit(LocatedExample image, boolean isTooLong, int most) {
    String id = image.example().imageId();
    return new UnfitTargetException(
        isTooLong
            ? String.format(
                Locale.ROOT,
                "The target of image %s, of %d tokens, does not fit into an answer of at most %d",
                id,
                image.target().length,
                most)
            : "The target of image " + id + " is not of the form that answers are held to",
        isTooLong);
  }

  /** Of all images of a batch, whichever rank learns them, by image. */
  Map<String, Lesson> of(List<LocatedExample> batch) {
    Map<String, Continuation> some = new HashMap<>();
    for (LocatedExample image : batch) {
      String id = image.example().imageId();
      if (targets.containsKey(id)) {
        some.put(id, targets.get(id));
      }
    }
    double choices = some.values().stream().mapToInt(target -> target.choices().size()).sum();
    return Maps.transformValues(some, target -> Lesson.imitated(target, weight / choices));
  }
}
