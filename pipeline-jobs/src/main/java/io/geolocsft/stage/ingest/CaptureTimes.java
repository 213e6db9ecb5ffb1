package io.geolocsft.stage.ingest;

import io.geolocsft.config.ImageSet;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.stage.ingest.listing.RowProblem;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;

/**
 * Reads times of capture.
 *
 * @param pattern of java.time's DateTimeFormatter, or the {@link EpochUnit} of numbers; empty for
 *     ISO 8601 or a number whose size tells its unit
 */
public record CaptureTimes(String pattern) implements Serializable {

  /** As programs write one, 1.563093E9 among them. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?\\d{1,20}(\\.\\d{0,20})?([eE]\\+?\\d{1,2})?");

  /** 2019071408 and 201907140830, which are also seconds of 2033 and milliseconds of 1976. */
  private static final Pattern COMPACT_DATE =
      Pattern.compile(
          "(19|20)\\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\\d|3[01])([01]\\d|2[0-3])([0-5]\\d)?");

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
          ("%s.columns.captured_at_pattern = %s is not a pattern of DateTimeFormatter (%s) and none of"
                  + " %s")
              .formatted(set.setting(), times.pattern, e.getMessage(), EpochUnit.settings()));
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
        return microseconds(time);
      }
    } catch (DateTimeException | ArithmeticException e) {
      // Told below: an unreadable and an impossible time are one to the user.
    }
    throw new RowProblem(
        "unparsable_date",
        "'%s' is not a time of the form %s; set columns.captured_at_pattern"
            .formatted(text, pattern.isEmpty() ? "2019-07-14T08:30:00Z" : pattern));
  }

  /** Microseconds since 1970: in 64 bits they reach further than the nanoseconds of java.time. */
  static long microseconds(Instant time) {
    return DateTimeUtils.instantToMicros(time);
  }

  private Instant instant(String text) throws RowProblem {
    Optional<EpochUnit> unit = EpochUnit.named(pattern);
    boolean number = NUMBER.matcher(text).matches();
    if (unit.isPresent() && !number) {
      throw new DateTimeException("No number");
    }
    if (unit.isPresent()) {
      return unit.get().time(new BigDecimal(text));
    }
    return pattern.isEmpty() && number ? counted(text) : written(text);
  }

  private static Instant counted(String text) throws RowProblem {
    BigDecimal number = new BigDecimal(text);
    Optional<EpochUnit> unit = EpochUnit.of(number);
    if (unit.isEmpty() || COMPACT_DATE.matcher(text).matches()) {
      throw new RowProblem(
          "unparsable_date",
          ("'%s' is a number, and its unit is not clear: no unit since 1970 makes it a time"
                  + " from 1973 to 2099, or it is a date without separators; set"
                  + " columns.captured_at_pattern to the right unit (%s), or to a pattern such as"
                  + " yyyyMMddHHmm")
              .formatted(text, EpochUnit.settings()));
    }
    return unit.get().time(number);
  }

  private Instant written(String text) {
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
    return pattern.isEmpty() || EpochUnit.named(pattern).isPresent()
        ? ISO
        : DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
  }
}
