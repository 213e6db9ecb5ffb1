package io.geolocsft.endpoint;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** How long a server asks to be left alone. */
final class RetryAfter {

  private static final double MOST_MILLIS = Duration.ofDays(366).toMillis();
  private static final double SECOND = 1000;

  private RetryAfter() {}

  /**
   * The time that headers state: {@code retry-after-ms}, or {@code Retry-After} in seconds or as a
   * date, which counts from the server's own {@code Date} where it sends one.
   */
  static Optional<Duration> of(HttpHeaders headers, Instant now) {
    return headers
        .firstValue("retry-after-ms")
        .flatMap(text -> millis(text, 1))
        .or(() -> headers.firstValue("Retry-After").flatMap(text -> millis(text, SECOND)))
        .or(
            () ->
                date(headers, "Retry-After")
                    .map(end -> Duration.between(date(headers, "Date").orElse(now), end))
                    .map(wait -> clamped(wait.toMillis())));
  }

  private static Optional<Duration> millis(String text, double unit) {
    try {
      return Optional.of(clamped(Double.parseDouble(text.strip()) * unit));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Duration clamped(double millis) {
    return Duration.ofMillis((long) Math.max(0, Math.min(MOST_MILLIS, millis)));
  }

  private static Optional<Instant> date(HttpHeaders headers, String name) {
    try {
      return headers
          .firstValue(name)
          .map(text -> ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME))
          .map(ZonedDateTime::toInstant);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
