package io.geolocsft.stage.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.geolocsft.stage.ingest.listing.RowProblem;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestCaptureTimes {

  @ParameterizedTest
  @CsvSource({
    "'', 2019-07-14T08:30:05Z, 2019-07-14T08:30:05Z",
    "'', 2019-07-14T08:30:05.123456Z, 2019-07-14T08:30:05.123456Z",
    "'', 2019-07-14T10:30:05+02:00, 2019-07-14T08:30:05Z",
    "'', 2019-07-14T10:30:05+0200, 2019-07-14T08:30:05Z",
    "'', 2019-07-14T10:30+02, 2019-07-14T08:30:00Z",
    "'', 2019-07-14T08:30:05, 2019-07-14T08:30:05Z",
    "'', 2019-07-14 08:30:05, 2019-07-14T08:30:05Z",
    "'', 2019-07-14, 2019-07-14T00:00:00Z",
    "'', 0001-01-01T00:00:00, 0001-01-01T00:00:00Z",
    "'', 1700-02-03, 1700-02-03T00:00:00Z",
    "'', 9999-12-31T23:59:59.999999Z, 9999-12-31T23:59:59.999999Z",
    "'', 1563093005, 2019-07-14T08:30:05Z",
    "'', 1563093005.25, 2019-07-14T08:30:05.250Z",
    "'', 1.563093005E9, 2019-07-14T08:30:05Z",
    "'', 100000000, 1973-03-03T09:46:40Z",
    "'', -1563093005, 1920-06-20T15:29:55Z",
    "'', -100000000.5, 1966-10-31T14:13:19.500Z",
    "'', 1563093005123, 2019-07-14T08:30:05.123Z",
    "'', 999999999999, 2001-09-09T01:46:39.999Z",
    "'', -1563093005123, 1920-06-20T15:29:54.877Z",
    "'', 1563093005123456, 2019-07-14T08:30:05.123456Z",
    "'', 1563093005123456789, 2019-07-14T08:30:05.123456Z",
    "epoch_seconds, 1563093, 1970-01-19T02:11:33Z",
    "epoch_seconds, 2019071408, 2033-12-24T21:10:08Z",
    "epoch_milliseconds, 1563093005, 1970-01-19T02:11:33.005Z",
    "epoch_milliseconds, 0, 1970-01-01T00:00:00Z",
    "epoch_microseconds, -1, 1969-12-31T23:59:59.999999Z",
    "epoch_nanoseconds, 1563093005123456789, 2019-07-14T08:30:05.123456Z",
    "dd.MM.yyyy HH:mm, 14.07.2019 08:30, 2019-07-14T08:30:00Z",
    "yyyyMMdd, 20190714, 2019-07-14T00:00:00Z",
    "d MMM yyyy HH:mm XXX, 14 Jul 2019 10:30 +02:00, 2019-07-14T08:30:00Z"
  })
  void readsEveryForm(String pattern, String text, Instant expected) throws RowProblem {
    long microseconds = new CaptureTimes(pattern).microseconds(text);
    assertThat(Instant.EPOCH.plus(microseconds, ChronoUnit.MICROS)).isEqualTo(expected);
  }

  /** Never a day of January 1970 without a word. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "2019",
        "20190714",
        "1563093",
        "99999999",
        "4102444800",
        "15630930051",
        "15630930051234",
        "20190714083000",
        "2019071408",
        "201907140830",
        "15630930051234567",
        "99999999999999999999",
        "1e99"
      })
  void aNumberOfUnclearUnitIsNamedWithTheRemedy(String text) {
    assertThat(problem("", text))
        .hasMessageContaining("'" + text + "' is a number")
        .hasMessageContaining("columns.captured_at_pattern")
        .hasMessageContaining("epoch_seconds, epoch_milliseconds");
  }

  @ParameterizedTest
  @CsvSource({
    "epoch_seconds, 2019-07-14",
    "epoch_seconds, 1e40",
    "epoch_seconds, 253402300800",
    "epoch_milliseconds, -62135596800001"
  })
  void whatIsNoNumberOfTheUnitIsNamed(String pattern, String text) {
    assertThat(problem(pattern, text)).hasMessageContaining("'" + text + "'");
  }

  private static RowProblem problem(String pattern, String text) {
    return catchThrowableOfType(
        RowProblem.class, () -> new CaptureTimes(pattern).microseconds(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yesterday",
        "2019-02-30",
        "2019-13-01",
        "14.07.2019",
        "-",
        "99999-01-01",
        "0000-12-31"
      })
  void whatIsNoTimeIsNamed(String text) {
    RowProblem problem = problem("", text);
    assertThat(problem.kind()).isEqualTo("unparsable_date");
    assertThat(problem).hasMessageContaining("'" + text + "'");
  }
}
