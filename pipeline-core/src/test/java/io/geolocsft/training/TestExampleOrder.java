package io.geolocsft.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TestExampleOrder {

  private static List<Integer> epoch(ExampleOrder order, int epoch) {
    List<Integer> seen = new ArrayList<>();
    for (int i = 0; i < order.stepsPerEpoch(); i++) {
      seen.addAll(order.batch(epoch * order.stepsPerEpoch() + i));
    }
    return seen;
  }

  @Test
  void everyEpochSeesEveryExampleOnceInAnOrderOfItsOwn() {
    ExampleOrder order = new ExampleOrder(103, 10, 3, 5);
    assertThat(order.stepsPerEpoch()).isEqualTo(11);
    assertThat(order.steps()).isEqualTo(33);
    assertThat(order.batch(10)).hasSize(3);
    List<List<Integer>> epochs =
        IntStream.range(0, 3).mapToObj(epoch -> epoch(order, epoch)).toList();
    assertThat(epochs).doesNotHaveDuplicates();
    Integer[] all = IntStream.range(0, 103).boxed().toArray(Integer[]::new);
    assertThat(epochs).allSatisfy(seen -> assertThat(seen).containsExactlyInAnyOrder(all));
    assertThat(List.of(order.epoch(0), order.epoch(10), order.epoch(11), order.epoch(32)))
        .containsExactly(0, 0, 1, 2);
  }

  @Test
  void orderIsAFunctionOfTheSeed() {
    assertThat(new ExampleOrder(50, 8, 2, 5).batch(9))
        .isEqualTo(new ExampleOrder(50, 8, 2, 5).batch(9))
        .isNotEqualTo(new ExampleOrder(50, 8, 2, 6).batch(9));
  }

  @Test
  void aBatchDoesNotDependOnWhatWasAskedForBefore() {
    ExampleOrder order = new ExampleOrder(50, 8, 9, 5);
    for (int step : new int[] {0, 6, 7, 0, 62, 13, 14, 13}) {
      assertThat(order.batch(step)).isEqualTo(new ExampleOrder(50, 8, 9, 5).batch(step));
    }
  }

  @Test
  void moreEpochsDoNotChangeTheFirst() {
    assertThat(epoch(new ExampleOrder(50, 8, 9, 5), 0))
        .isEqualTo(epoch(new ExampleOrder(50, 8, 1, 5), 0));
  }

  @Test
  void noExamplesTakeNoSteps() {
    assertThat(new ExampleOrder(0, 8, 3, 5).steps()).isZero();
  }
}
