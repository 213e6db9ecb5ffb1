package io.geolocsft.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.SparkFixture;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskContext$;
import org.junit.jupiter.api.Test;

class TestPlacement {

  /** Whatever is thrown: a later rank of this process would wait for the place in vain. */
  @Test
  void aPlaceThatCouldNotBePreparedIsFree() throws Exception {
    SparkFixture.session();
    TaskContext task = TaskContext$.MODULE$.empty();
    assertThatThrownBy(() -> Placement.of(null, task)).isInstanceOf(NullPointerException.class);
    try (Placement place = Placement.of("cpu", task)) {
      assertThat(place.problem()).isEmpty();
    }
  }
}
