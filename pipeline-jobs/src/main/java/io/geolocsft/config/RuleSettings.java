package io.geolocsft.config;

import io.geolocsft.config.binding.Consistent;
import io.geolocsft.config.binding.Contradictions;
import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.Matches;
import io.geolocsft.config.binding.Range;
import io.geolocsft.select.QualityLimits;
import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * What an image must be like to be chosen.
 *
 * @param minSide px of the shorter side
 * @param minBlur variance of the Laplacian; lower is blurred
 * @param minEntropy bits of the grey histogram; lower is blank
 * @param minContrast standard deviation of the grey values, 0 to 255
 * @param minBrightness mean grey value, 0 to 255
 * @param maxBrightness mean grey value, 0 to 255
 * @param nullIslandKm no closer than this to latitude 0, longitude 0, where images without a true
 *     position lie; 0 for no limit
 * @param minDecimals decimals that latitude or longitude must have: with few a position was
 *     rounded; 0 for no limit
 * @param rejectSwapped whether an image is rejected that lies far out at sea, but on inhabited land
 *     or in the country that the table states with latitude and longitude exchanged
 * @param maxCountryKm no farther than this from the country that the table states: often latitude
 *     and longitude were exchanged, or lost a sign; 0 for no limit
 * @param maxExifKm no farther than this from the position that EXIF states; 0 for no limit
 * @param maxAtOnePoint images at exactly the same coordinates: where there are more, these stand
 *     for a whole town or country, and all are rejected; 0 for no limit
 * @param minSequenceMeters no closer than this to the last kept image of the same sequence; 0 for
 *     no limit
 * @param requireLand whether an image at sea is rejected, 25 km or more off every country
 * @param maxCopies how many images may have the same bytes: with more they are a placeholder and
 *     all are rejected, else one is kept
 * @param nearDuplicateBits images whose perceptual hashes differ in at most so many bits are near
 *     duplicates, also of benchmark images; -1 for none. Of scaled, recompressed, cropped (2 %) or
 *     brightened copies of views of Earth 6 bits find 98 of 100, 4 bits 94; of other views they
 *     take 0.2 % and 0.1 % for copies
 * @param maxPerDuplicateHash an image is rejected when it is a near duplicate of so many kept ones
 * @param earliestDate ISO date; empty for no limit
 * @param latestDate ISO date; empty for no limit
 * @param requireDate whether an image without a date is rejected
 * @param maxPerAuthor images of one author; 0 for no limit
 * @param maxPerSequence images of one sequence; 0 for no limit
 * @param excludeBenchmarkCells whether the fixed cells of all benchmark images are kept free
 * @param benchmarkBufferKm no closer than this to any benchmark image; 0 for no limit
 * @param excludeBenchmarkSequences whether the sequences of all benchmark images are left out:
 *     their other images show the same street
 * @param excludeBenchmarkAuthors whether their authors are
 */
public record RuleSettings(
    @Default("32") @Range(min = 1) int minSide,
    @Default("20") @Range(min = 0) double minBlur,
    @Default("2") @Range(min = 0, max = 8) double minEntropy,
    @Default("5") @Range(min = 0, max = 128) double minContrast,
    @Default("10") @Range(min = 0, max = 255) double minBrightness,
    @Default("245") @Range(min = 0, max = 255) double maxBrightness,
    @Default("10") @Range(min = 0, max = 1000) double nullIslandKm,
    @Default("0") @Range(min = 0, max = 12) int minDecimals,
    @Default("true") boolean rejectSwapped,
    @Default("0") @Range(min = 0, max = 20_000) double maxCountryKm,
    @Default("0") @Range(min = 0, max = 20_000) double maxExifKm,
    @Default("0") @Range(min = 0) int maxAtOnePoint,
    @Default("0") @Range(min = 0, max = 100_000) double minSequenceMeters,
    @Default("false") boolean requireLand,
    @Default("10") @Range(min = 1) int maxCopies,
    @Default("6") @Range(min = -1, max = 16) int nearDuplicateBits,
    @Default("1") @Range(min = 1) int maxPerDuplicateHash,
    @Default("''") @Matches(value = "|\\d{4}-\\d\\d-\\d\\d", meaning = "a date such as 2015-01-31")
        String earliestDate,
    @Default("''") @Matches(value = "|\\d{4}-\\d\\d-\\d\\d", meaning = "a date such as 2015-01-31")
        String latestDate,
    @Default("false") boolean requireDate,
    @Default("0") @Range(min = 0) int maxPerAuthor,
    @Default("0") @Range(min = 0) int maxPerSequence,
    @Default("false") boolean excludeBenchmarkCells,
    @Default("0") @Range(min = 0, max = 20_000) double benchmarkBufferKm,
    @Default("true") boolean excludeBenchmarkSequences,
    @Default("false") boolean excludeBenchmarkAuthors)
    implements Serializable, Consistent {

  /** The limits of the rules that look at one image alone. */
  public QualityLimits limits() {
    return new QualityLimits(
        minSide,
        minBlur,
        minEntropy,
        minContrast,
        minBrightness,
        maxBrightness,
        nullIslandKm,
        minDecimals,
        rejectSwapped,
        maxCountryKm,
        maxExifKm,
        requireLand,
        requireDate,
        earliestDate.isEmpty() ? null : start(LocalDate.parse(earliestDate)),
        latestDate.isEmpty() ? null : start(LocalDate.parse(latestDate).plusDays(1)).minusNanos(1));
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  @Override
  public void check(Contradictions found) {
    if (isDate("earliest_date", earliestDate, found) && isDate("latest_date", latestDate, found)) {
      found.attempt(this::limits);
    }
  }

  private static boolean isDate(String setting, String written, Contradictions found) {
    try {
      return written.isEmpty() || LocalDate.parse(written) != null;
    } catch (DateTimeException e) {
      found.add(setting, "there is no day " + written);
      return false;
    }
  }
}
