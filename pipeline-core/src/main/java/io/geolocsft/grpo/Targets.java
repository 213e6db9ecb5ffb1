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
    return generator
        .follow(image.target())
        .orElseThrow(() -> unfit(image, generator.sampling().maxNewTokens()));
  }

  private static UnfitTargetException unfit(LocatedExample image, int most) {
    String id = image.example().imageId();
    int tokens = image.target().length;
    return tokens > most
        ? new UnfitTargetException(
            String.format(
                Locale.ROOT,
                "The target of image %s has %d tokens, and an answer at most %d",
                id,
                tokens,
                most),
            true)
        : new UnfitTargetException(
            "The target of image " + id + " is not of the form that answers are held to", false);
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
