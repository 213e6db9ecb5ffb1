package io.geolocsft.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestFeatureCache {

  private static final TrainingExample EXAMPLE =
      new TrainingExample("image", new int[] {1, 2}, 1, "image.jpg", "abc123");

  @TempDir private Path folder;

  @Test
  void featuresAreReadAsStored() throws IOException {
    FeatureCache cache = new FeatureCache(folder.resolve("made/by"), "it", 3);
    assertThat(cache.contains(EXAMPLE)).isFalse();
    float[][] features = {{1.5f, -0f, Float.MIN_VALUE}};
    cache.put(EXAMPLE, features);
    assertThat(cache.contains(EXAMPLE)).isTrue();
    assertThat(cache.get(EXAMPLE)).isEqualTo(features);
    assertThat(new FeatureCache(folder.resolve("made/by"), "it", 3).get(EXAMPLE))
        .isEqualTo(features);
  }

  @Test
  void cropsAreKeptApartFromTheImageAlone() throws IOException {
    FeatureCache cache = new FeatureCache(folder, "tower", 2);
    TrainingExample cropped = new TrainingExample("image", new int[] {1, 2}, 1, "", "abc123", 3);
    cache.put(EXAMPLE, new float[][] {{1, 2}});
    assertThat(cache.contains(cropped)).isFalse();
    float[][] views = {{1, 2}, {3, 4}, {5, 6}};
    cache.put(cropped, views);
    assertThat(cache.get(cropped)).isEqualTo(views);
    assertThat(cache.get(EXAMPLE)).isEqualTo(new float[][] {{1, 2}});
  }

  @Test
  void anotherTowersFeaturesAreNotTaken() throws IOException {
    new FeatureCache(folder, "tower", 1).put(EXAMPLE, new float[][] {{1}});
    assertThat(new FeatureCache(folder, "other", 1).contains(EXAMPLE)).isFalse();
  }

  @Test
  void onlyWholeFilesCount() throws IOException {
    FeatureCache cache = new FeatureCache(folder, "tower", 3);
    Files.write(folder.resolve("tower/abc123"), new byte[11]);
    assertThat(cache.contains(EXAMPLE)).isFalse();
    assertThatThrownBy(() -> cache.get(EXAMPLE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("abc123")
        .hasMessageContaining("11 bytes");
    cache.put(EXAMPLE, new float[1][3]);
    assertThat(cache.contains(EXAMPLE)).isTrue();
  }

  @Test
  void noOtherFileStays() throws IOException {
    FeatureCache cache = new FeatureCache(folder, "tower", 1);
    cache.put(EXAMPLE, new float[][] {{1}});
    cache.put(EXAMPLE, new float[][] {{2}});
    assertThat(cache.get(EXAMPLE)).isEqualTo(new float[][] {{2}});
    assertThat(folder.resolve("tower")).isDirectoryContaining("glob:**abc123");
    try (var files = Files.list(folder.resolve("tower"))) {
      assertThat(files).hasSize(1);
    }
  }
}
