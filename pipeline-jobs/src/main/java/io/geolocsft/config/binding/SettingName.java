package io.geolocsft.config.binding;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Names of settings: {@code learning_rate} in YAML is {@code learningRate} in Java. */
public final class SettingName {

  private SettingName() {}

  public static String of(String component) {
    return component.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  /** The known name that a misspelt one is nearest to, if it is near at all. */
  static Optional<String> nearest(String unknown, Collection<String> known) {
    int limit = Math.max(2, unknown.length() / 3);
    Comparator<String> byDistance = Comparator.comparing(name -> distance(unknown, name));
    return known.stream().min(byDistance).filter(name -> distance(unknown, name) <= limit);
  }

  private static int distance(String one, String other) {
    return LevenshteinDistance.getDefaultInstance().apply(one, other);
  }
}
