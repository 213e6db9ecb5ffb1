package io.geolocsft.config;

import io.geolocsft.config.binding.Consistent;
import io.geolocsft.config.binding.Contradictions;
import io.geolocsft.config.binding.Default;
import java.io.Serializable;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/**
 * How an input table names its columns. An empty name means that there is no such column: then
 * coordinates and dates come from EXIF. The date, sequence, author and country columns may also be
 * missing where their names are left at the default.
 *
 * @param image path of the image below the images' folder
 * @param id name of the image in every table; empty takes its path
 * @param latitude degrees north; where it is blank, EXIF is asked
 * @param longitude degrees east; where it is blank, EXIF is asked
 * @param capturedAt ISO 8601 date or time, UTC where no offset is stated, or a number since 1970,
 *     whose size tells its unit: 9 or 10 digits are seconds, 12 or 13 milliseconds, 15 or 16
 *     microseconds, 18 or 19 nanoseconds, if that is a time from 1973 to 2099 or as long before
 *     1970; any other number is an error. Where it is blank, EXIF is asked
 * @param capturedAtPattern another form of captured_at, as java.time's DateTimeFormatter has it; or
 *     what its numbers count: epoch_seconds, epoch_milliseconds, epoch_microseconds,
 *     epoch_nanoseconds
 * @param sequenceId images taken in one drive or walk
 * @param author who took the image
 * @param country where it was taken by ISO 3166-1 alpha-2 or English name, for {@code
 *     max_country_km}, {@code reject_swapped} and {@code max_misread_share}
 */
public record ColumnNames(
    @Default("image") String image,
    @Default("''") String id,
    @Default("latitude") String latitude,
    @Default("longitude") String longitude,
    @Default("captured_at") String capturedAt,
    @Default("''") String capturedAtPattern,
    @Default("sequence_id") String sequenceId,
    @Default("author") String author,
    @Default("country") String country)
    implements Serializable, Consistent {

  /** Formatted by a pattern and read again, it shows what the pattern tells. */
  private static final ZonedDateTime SAMPLE =
      ZonedDateTime.of(2019, 7, 14, 8, 30, 15, 0, ZoneOffset.UTC);

  @Override
  public void check(Contradictions found) {
    if (!capturedAtPattern.isEmpty()) {
      found.attempt("captured_at_pattern", this::sampleDate);
    }
  }

  private TemporalAccessor sampleDate() {
    DateTimeFormatter formatter = formatter();
    try {
      return formatter.parseBest(
          formatter.format(SAMPLE), OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "%s does not give a full date, of year, month and day".formatted(capturedAtPattern), e);
    }
  }

  private DateTimeFormatter formatter() {
    try {
      return DateTimeFormatter.ofPattern(capturedAtPattern, Locale.ROOT);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s is not a pattern of java.time's DateTimeFormatter: %s"
              .formatted(capturedAtPattern, e.getMessage()),
          e);
    }
  }
}
