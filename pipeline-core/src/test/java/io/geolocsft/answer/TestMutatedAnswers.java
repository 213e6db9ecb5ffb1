package io.geolocsft.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.geo.GeoPoint;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that nobody wrote: the cases with some of their characters changed. */
class TestMutatedAnswers {

  private static final int MUTATIONS = 25_000;
  private static final int UNICODE = 0x30000;
  private static final String NOISE =
      "0123456789.,-+°'\"NSEWlaton:{}[]<>answer/ \n\u2212\u2013\u2014()|\\$&;%~#@!?=*_`^"
          + "\u00AD\u200F\u7EAC\u5EA6\u5317\u0663\uD83D";

  private final List<String> texts = AnswerCase.all().stream().map(AnswerCase::text).toList();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void areReadWithoutFailureAndStayOnEarth(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < MUTATIONS; i++) {
      StringBuilder text = new StringBuilder(one(random));
      int changes = 1 + random.nextInt(4);
      for (int change = 0; change < changes; change++) {
        change(text, random);
      }
      Answer answer = AnswerReader.read(text.toString());
      assertThat(answer.point().isPresent())
          .as("seed %d text %s", seed, text)
          .isEqualTo(answer.status().isReadable());
      assertThat(answer.point().map(TestMutatedAnswers::isOnEarth).orElse(true))
          .as("seed %d text %s", seed, text)
          .isTrue();
    }
  }

  private String one(Random random) {
    return texts.get(random.nextInt(texts.size()));
  }

  private static boolean isOnEarth(GeoPoint point) {
    return GeoPoint.isValid(point.latitude(), point.longitude());
  }

  private void change(StringBuilder text, Random random) {
    int at = random.nextInt(text.length() + 1);
    int end = Math.min(text.length(), at + 1 + random.nextInt(20));
    switch (random.nextInt(6)) {
      case 0 -> text.delete(at, Math.min(end, at + 5));
      case 1 -> text.insert(at, NOISE.charAt(random.nextInt(NOISE.length())));
      case 2 -> text.insert(at, text.substring(at, end));
      case 3 -> splice(text, at, one(random), random);
      case 4 -> text.setLength(at);
      default -> text.insert(at, Character.toChars(random.nextInt(UNICODE)));
    }
  }

  private static void splice(StringBuilder text, int at, String other, Random random) {
    text.insert(at, other.substring(random.nextInt(other.length() + 1)));
  }
}
