package io.geolocsft.cli.pipeline;

import io.geolocsft.config.PipelineConfig;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;

/** Names one call among all. */
public final class RunId {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private RunId() {}

  /** The configuration with the id of this call, unless it has one. */
  public static PipelineConfig in(PipelineConfig config) {
    return config.run().id().isEmpty() ? config.withRunId(next()) : config;
  }

  /** Sorts by time; what follows tells apart what started in one second. */
  private static String next() {
    return TIME.format(Instant.now()) + "-" + UUID.randomUUID().toString().substring(0, 8);
  }
}
