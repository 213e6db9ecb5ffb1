package io.geolocsft.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.geo.GeoPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestFeatureBlock {

  private static float[] vector(Random random, int width) {
    float[] vector = new float[width];
    double sum = 0;
    for (int i = 0; i < width; i++) {
      vector[i] = (float) random.nextGaussian();
      sum += vector[i] * vector[i];
    }
    for (int i = 0; i < width; i++) {
      vector[i] /= (float) Math.sqrt(sum);
    }
    return vector;
  }

  private static double cosine(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 64})
  void theNearestAreThoseOfAnExhaustiveSearch(int width) {
    Random random = new Random(width);
    FeatureBlock whole = new FeatureBlock();
    FeatureBlock odd = new FeatureBlock();
    FeatureBlock even = new FeatureBlock();
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      vectors.add(vector(random, width));
      GeoPoint point = new GeoPoint(i % 90, i % 180);
      whole.add(String.valueOf(1_000 + i), point, vectors.get(i));
      (i % 2 == 0 ? even : odd).add(String.valueOf(1_000 + i), point, vectors.get(i));
    }
    for (int k = 0; k < 50; k++) {
      float[] query = vector(random, width);
      List<Neighbour> found = whole.nearest(query, 10);
      assertThat(found).hasSize(10).isSortedAccordingTo(Neighbour.ORDER);
      double tenth = found.get(9).similarity();
      long better = vectors.stream().filter(vector -> cosine(query, vector) > tenth + 1e-5).count();
      assertThat(better).isLessThanOrEqualTo(9);
      assertThat(Neighbour.merge(odd.nearest(query, 10), even.nearest(query, 10), 10))
          .isEqualTo(found);
    }
  }

  @Test
  void ofEquallySimilarImagesTheFirstIdWins() {
    FeatureBlock block = new FeatureBlock();
    for (String id : List.of("c", "a", "b")) {
      block.add(id, new GeoPoint(1, 2), new float[] {1, 0});
    }
    assertThat(block.nearest(new float[] {1, 0}, 2))
        .extracting(Neighbour::imageId)
        .containsExactly("a", "b");
    assertThat(block.nearest(new float[] {1, 0}, 9)).hasSize(3);
    assertThat(block.nearest(new float[] {1, 0}, 1).get(0).point()).isEqualTo(new GeoPoint(1, 2));
  }

  @Test
  void featuresOfAnotherModelDoNotFit() {
    FeatureBlock block = new FeatureBlock();
    block.add("a", new GeoPoint(0, 0), new float[] {1, 0});
    assertThatThrownBy(() -> block.add("b", new GeoPoint(0, 0), new float[] {1}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
