package io.geolocsft.stage;

import io.geolocsft.config.ConfigException;
import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads times of capture.
 *
 * @param pattern of java.time's DateTimeFormatter; empty for ISO 8601 or milliseconds since 1970
 */
record CaptureTimes(String pattern) implements Serializable {

  private static final Pattern MILLISECONDS = Pattern.compile("-?\\d{9,15}");
  private static final Pattern SPACED = Pattern.compile("(\\d{4}-\\d{2}-\\d{2}) +(\\d.*)");
  private static final Pattern PLAIN_OFFSET =
      Pattern.compile("(?<=:\\d{2}.{0,12}[+-]\\d{2})(\\d{2})$");
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .parseLenient()
          .appendOffset("+HH:MM", "Z")
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  /**
   * The times of a set.
   *
   * @throws ConfigException if its pattern is none
   */
  static CaptureTimes of(ImageSet set) {
    CaptureTimes times = new CaptureTimes(set.columns().capturedAtPattern());
    try {
      times.formatter();
      return times;
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "%s.columns.captured_at_pattern = %s is no pattern of DateTimeFormatter: %s"
              .formatted(set.setting(), times.pattern, e.getMessage()));
    }
  }

  /**
   * Reads a time; one without an offset is UTC, a date is its midnight.
   *
   * @return microseconds since 1970
   */
  long microseconds(String text) throws RowProblem {
    try {
      Instant time = instant(text);
      int year = time.atOffset(ZoneOffset.UTC).getYear();
      if (year >= 1 && year <= 9999) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
      }
    } catch (DateTimeException e) {
      // Told below: an unreadable and an impossible time are one to the user.
    }
    throw new RowProblem(
        "unparsable_date",
        "'%s' is no time of the form %s; set columns.captured_at_pattern"
            .formatted(text, pattern.isEmpty() ? "2019-07-14T08:30:00Z" : pattern));
  }

  private Instant instant(String text) {
    if (pattern.isEmpty() && MILLISECONDS.matcher(text).matches()) {
      return Instant.ofEpochMilli(Long.parseLong(text));
    }
    TemporalAccessor time = parsed(text);
    if (time instanceof OffsetDateTime exact) {
      return exact.toInstant();
    }
    LocalDateTime local =
        time instanceof LocalDate date ? date.atStartOfDay() : (LocalDateTime) time;
    return local.toInstant(ZoneOffset.UTC);
  }

  private TemporalAccessor parsed(String text) {
    return formatter()
        .parseBest(
            pattern.isEmpty() ? plain(text) : text,
            OffsetDateTime::from,
            LocalDateTime::from,
            LocalDate::from);
  }

  /** Common variants of ISO 8601 in the one form that the formatter reads. */
  private static String plain(String text) {
    String joined = SPACED.matcher(text).replaceFirst("$1T$2");
    return PLAIN_OFFSET.matcher(joined).replaceFirst(":$1");
  }

  private DateTimeFormatter formatter() {
    return pattern.isEmpty() ? ISO : DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
  }
}
