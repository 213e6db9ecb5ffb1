package io.geolocsft.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestLearningRateSchedule {

  // The rates of get_scheduler(name, AdamW(lr=10), num_warmup_steps=2, num_training_steps=10), from
  // the tests of transformers (tests/optimization/test_optimization.py).
  @ParameterizedTest
  @CsvSource({
    "CONSTANT, 0 5 10 10 10 10 10 10 10 10",
    "LINEAR, 0 5 10 8.75 7.5 6.25 5 3.75 2.5 1.25",
    "COSINE, 0 5 10 9.61 8.53 6.91 5 3.08 1.46 0.38"
  })
  void ratesEqualTransformers(LearningRateSchedule schedule, String expected) {
    double[] rates =
        Arrays.stream(expected.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
    assertThat(IntStream.range(0, 10).mapToDouble(step -> schedule.rate(10, step, 2, 10)).toArray())
        .containsExactly(rates, offset(0.01));
  }

  @ParameterizedTest
  @CsvSource({"CONSTANT", "LINEAR", "COSINE"})
  void withoutWarmUpTheFirstStepHasThePeak(LearningRateSchedule schedule) {
    assertThat(schedule.rate(3, 0, 0, 5)).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"CONSTANT", "LINEAR", "COSINE"})
  void warmUpMayOutlastTheRun(LearningRateSchedule schedule) {
    assertThat(schedule.rate(3, 2, 6, 3)).isEqualTo(1);
  }
}
