package io.geolocsft.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What tables call things and what a reader is shown. */
final class DisplayNames {

  static final String BASE = "base";
  static final String TUNED = "tuned";
  static final String REWARDED = "rewarded";

  private static final List<String> ORDER =
      List.of(
          REWARDED,
          TUNED,
          BASE,
          "endpoint",
          "feature_nearest_neighbour",
          "pixel_nearest_neighbour",
          "mean_point");

  private static final Map<String, String> SHOWN =
      Map.of(
          REWARDED,
          "Trained by rewards",
          TUNED,
          "Fine-tuned",
          BASE,
          "Base",
          "endpoint",
          "Endpoint",
          "feature_nearest_neighbour",
          "Feature nearest neighbour",
          "pixel_nearest_neighbour",
          "Pixel nearest neighbour",
          "mean_point",
          "Mean point",
          "tuned_minus_base",
          "Fine-tuned \u2212 base",
          "rewarded_minus_tuned",
          "By rewards \u2212 fine-tuned",
          "rewarded_minus_base",
          "By rewards \u2212 base");

  private static final String MINUS = "_minus_";

  /** The models of the run first, then the references, then any other by name. */
  static final Comparator<String> MODELS =
      Comparator.<String>comparingInt(
              model -> ORDER.contains(model) ? ORDER.indexOf(model) : ORDER.size())
          .thenComparing(Comparator.naturalOrder());

  private DisplayNames() {}

  /** The model that training ended with, of a run's models. */
  static String trained(Stream<String> models) {
    return models.anyMatch(REWARDED::equals) ? REWARDED : TUNED;
  }

  static boolean isDifference(String model) {
    return model.contains(MINUS);
  }

  /** A model's name for a reader. */
  static String model(String model) {
    return SHOWN.getOrDefault(model, model.replace('_', ' '));
  }

  /** A snake_case word for a reader: {@code photo_like} becomes {@code Photo like}. */
  static String words(String name) {
    String spaced = name.replace('_', ' ').strip();
    return spaced.isEmpty()
        ? spaced
        : spaced.substring(0, 1).toUpperCase(Locale.ROOT) + spaced.substring(1);
  }

  /** The style class of a model's marks; models that are not known share one. */
  static String mark(String model) {
    return switch (model) {
      case REWARDED -> "m-rewarded";
      case TUNED -> "m-tuned";
      case BASE -> "m-base";
      case "pixel_nearest_neighbour" -> "m-near";
      case "mean_point" -> "m-mean";
      default -> "m-other";
    };
  }
}
