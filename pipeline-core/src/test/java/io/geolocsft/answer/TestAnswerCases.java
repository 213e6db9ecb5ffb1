package io.geolocsft.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ways in which models write coordinates, and numbers that are none. */
class TestAnswerCases {

  /**
   * Of these a beginning may be another answer: an earlier one, one of fewer digits, or one that
   * lacks what says how to read it.
   */
  private static final Set<String> UNSEEN_CUTS = Set.of("several", "whole", "late");

  /** Digits lost behind the point move a place by less. */
  private static final double CUT_DECIMALS = 0.1;

  static List<AnswerCase> cases() {
    return AnswerCase.all();
  }

  @Test
  void everyCaseIsThere() {
    assertThat(cases()).hasSize(1288);
    assertThat(cases()).filteredOn(row -> row.point().isEmpty()).hasSize(393);
    assertThat(cases()).extracting(AnswerCase::text).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isReadAsItWasMeant(AnswerCase row) {
    Answer answer = AnswerReader.read(row.text());
    assertThat(answer.status()).isEqualTo(row.status());
    assertThat(answer.point().isPresent()).isEqualTo(!row.point().isEmpty());
    answer
        .point()
        .ifPresent(
            point -> {
              assertThat(point.latitude()).isCloseTo(row.point().get(0), within(1e-6));
              assertThat(point.longitude()).isCloseTo(row.point().get(1), within(1e-6));
            });
  }

  @Test
  void theBeginningOfATextIsNoOtherPlace() {
    int beginnings = 0;
    for (AnswerCase row : cases()) {
      if (row.point().isEmpty() || UNSEEN_CUTS.contains(row.kind())) {
        continue;
      }
      for (int end = 0; end < row.text().length(); end++, beginnings++) {
        String cut = row.text().substring(0, end);
        AnswerReader.read(cut)
            .point()
            .ifPresent(
                point -> {
                  assertThat(point.latitude())
                      .as(cut)
                      .isCloseTo(row.point().get(0), within(CUT_DECIMALS));
                  assertThat(point.longitude())
                      .as(cut)
                      .isCloseTo(row.point().get(1), within(CUT_DECIMALS));
                });
      }
    }
    assertThat(beginnings).isGreaterThan(20_000);
  }
}
