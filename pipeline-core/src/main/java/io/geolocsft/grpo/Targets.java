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
   * @throws UnfitTargetException if a target is not of the form
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
        .orElseThrow(
            () ->
                new UnfitTargetException(
                    String.format(
                        Locale.ROOT,
                        "The target of image %s is not of the form that answers are held to, or longer than an answer may be",
                        image.example().imageId())));
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
    return Maps.transformValues(some, target -> Lesson.given(target, weight / choices));
  }
}
