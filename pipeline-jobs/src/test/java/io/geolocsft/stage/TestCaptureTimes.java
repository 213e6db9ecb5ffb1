package io.geolocsft.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
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
    "'', 1563093005123, 2019-07-14T08:30:05.123Z",
    "dd.MM.yyyy HH:mm, 14.07.2019 08:30, 2019-07-14T08:30:00Z",
    "yyyyMMdd, 20190714, 2019-07-14T00:00:00Z",
    "d MMM yyyy HH:mm XXX, 14 Jul 2019 10:30 +02:00, 2019-07-14T08:30:00Z"
  })
  void readsEveryForm(String pattern, String text, Instant expected) throws RowProblem {
    long microseconds = new CaptureTimes(pattern).microseconds(text);
    assertThat(Instant.EPOCH.plusNanos(microseconds * 1000)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"yesterday", "2019-02-30", "2019-13-01", "14.07.2019", "2019", "-", "99999-01-01"})
  void whatIsNoTimeIsNamed(String text) {
    RowProblem problem =
        catchThrowableOfType(RowProblem.class, () -> new CaptureTimes("").microseconds(text));
    assertThat(problem.kind()).isEqualTo("unparsable_date");
    assertThat(problem).hasMessageContaining("'" + text + "'");
  }
}
