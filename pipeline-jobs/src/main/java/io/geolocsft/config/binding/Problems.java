package io.geolocsft.config.binding;

import io.geolocsft.failure.ConfigException;
import java.util.ArrayList;
import java.util.List;

/** Everything that is wrong with a configuration, each with its path, value and what is allowed. */
public final class Problems {

  private final List<String> lines = new ArrayList<>();

  public void add(String path, String message, Origin origin) {
    lines.add("%s: %s (%s)".formatted(path, message, origin.name()));
  }

  public void add(String path, String message) {
    lines.add("%s: %s".formatted(path, message));
  }

  int size() {
    return lines.size();
  }

  public void throwIfAny(String origin) {
    if (!lines.isEmpty()) {
      throw new ConfigException(origin, lines);
    }
  }
}
