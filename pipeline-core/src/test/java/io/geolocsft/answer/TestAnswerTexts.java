package io.geolocsft.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.base.Splitter;
import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ways in which models write coordinates, and numbers that are none. */
class TestAnswerTexts {

  /**
   * A text and what must be read.
   *
   * @param expected the status, and the point where there is one
   */
  record Case(String text, List<String> expected) {

    static Case of(String line) {
      List<String> halves = Splitter.on(" ¦ ").splitToList(line);
      return new Case(
          halves.get(0).replace("\\n", "\n"), Splitter.on(' ').splitToList(halves.get(1)));
    }
  }

  static List<Case> cases() throws IOException {
    return Resources.readLines(
            Resources.getResource(TestAnswerTexts.class, "answers.txt"), StandardCharsets.UTF_8)
        .stream()
        .filter(line -> !line.startsWith("#"))
        .map(Case::of)
        .toList();
  }

  @Test
  void everyCaseIsThere() throws IOException {
    assertThat(cases()).hasSize(106);
    assertThat(cases()).filteredOn(row -> row.expected().size() == 1).hasSize(28);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isReadAsItWasMeant(Case row) {
    Answer answer = AnswerReader.read(row.text());
    assertThat(answer.status()).isEqualTo(AnswerStatus.valueOf(row.expected().get(0)));
    assertThat(answer.point().isPresent()).isEqualTo(row.expected().size() == 3);
    answer
        .point()
        .ifPresent(
            point -> {
              assertThat(point.latitude()).isCloseTo(number(row, 1), within(1e-6));
              assertThat(point.longitude()).isCloseTo(number(row, 2), within(1e-6));
            });
  }

  private static double number(Case row, int index) {
    return Double.parseDouble(row.expected().get(index));
  }
}
