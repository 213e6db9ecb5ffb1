package io.geolocsft.image;

import static java.time.temporal.ChronoField.DAY_OF_MONTH;
import static java.time.temporal.ChronoField.HOUR_OF_DAY;
import static java.time.temporal.ChronoField.MINUTE_OF_HOUR;
import static java.time.temporal.ChronoField.MONTH_OF_YEAR;
import static java.time.temporal.ChronoField.NANO_OF_SECOND;
import static java.time.temporal.ChronoField.SECOND_OF_MINUTE;
import static java.time.temporal.ChronoField.YEAR;

import java.time.DateTimeException;
import java.time.Instant;
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

/**
 * A time of Exif (2.32, 4.6.5): date and time, fraction of the second and offset from UTC in three
 * texts. Blanks and zeros stand for what the camera did not know.
 */
final class ExifTime {

  /** {@code 2019:07:14 08:30:05}; some write the date with other signs, or all in one text. */
  private static final DateTimeFormatter FORM =
      new DateTimeFormatterBuilder()
          .appendValue(YEAR, 4)
          .appendPattern("[:][-][/]")
          .appendValue(MONTH_OF_YEAR, 2)
          .appendPattern("[:][-][/]")
          .appendValue(DAY_OF_MONTH, 2)
          .appendPattern("[ ]['T']")
          .appendValue(HOUR_OF_DAY, 2)
          .appendLiteral(':')
          .appendValue(MINUTE_OF_HOUR, 2)
          .appendLiteral(':')
          .appendValue(SECOND_OF_MINUTE, 2)
          .appendFraction(NANO_OF_SECOND, 0, 9, true)
          .optionalStart()
          .appendOffset("+HH:MM", "Z")
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private static final Pattern FRACTION = Pattern.compile("\\d{1,9}");

  private ExifTime() {}

  /**
   * The time, if it is one of the years 1 to 9999.
   *
   * @param time date and time, or null
   * @param fraction digits of the second's fraction, or null
   * @param offset {@code +02:00}, or null; UTC where it is not an offset
   */
  static Optional<Instant> of(String time, String fraction, String offset) {
    if (time == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(instant(time, offset))
          .map(instant -> instant.getNano() == 0 ? instant.plusNanos(nanos(fraction)) : instant)
          .filter(ExifTime::isOfOurYears);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Instant instant(String time, String offset) {
    TemporalAccessor parsed = FORM.parseBest(time, OffsetDateTime::from, LocalDateTime::from);
    return parsed instanceof OffsetDateTime exact
        ? exact.toInstant()
        : ((LocalDateTime) parsed).toInstant(offset(offset));
  }

  private static boolean isOfOurYears(Instant time) {
    int year = time.atOffset(ZoneOffset.UTC).getYear();
    return year >= 1 && year <= 9999;
  }

  private static int nanos(String fraction) {
    return fraction == null || !FRACTION.matcher(fraction).matches()
        ? 0
        : Integer.parseInt((fraction + "00000000").substring(0, 9));
  }

  private static ZoneOffset offset(String offset) {
    try {
      return offset == null || offset.isEmpty() ? ZoneOffset.UTC : ZoneOffset.of(offset);
    } catch (DateTimeException e) {
      return ZoneOffset.UTC;
    }
  }
}
