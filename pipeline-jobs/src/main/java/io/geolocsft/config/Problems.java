package io.geolocsft.config;

import java.util.ArrayList;
import java.util.List;

/** Everything that is wrong with a configuration, each with its path, value and what is allowed. */
final class Problems {

  private final List<String> lines = new ArrayList<>();

  void add(String path, String message, Origin origin) {
    lines.add("%s: %s (%s)".formatted(path, message, origin.name()));
  }

  void add(String path, String message) {
    lines.add("%s: %s".formatted(path, message));
  }

  int size() {
    return lines.size();
  }

  void throwIfAny(String origin) {
    if (!lines.isEmpty()) {
      throw new ConfigException(origin, lines);
    }
  }
}
