package io.geolocsft.failure;

import java.util.List;
import java.util.Locale;

/** The configuration, the command line or the output folder is wrong; ends with exit code 2. */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message the place and the remedy
   */
  public ConfigException(String message) {
    super(message);
  }

  public ConfigException(String origin, List<String> problems) {
    super(
        String.format(
            Locale.ROOT,
            "%s has %d problem%s:%n  %s",
            origin,
            problems.size(),
            problems.size() == 1 ? "" : "s",
            String.join(System.lineSeparator() + "  ", problems)));
  }
}
