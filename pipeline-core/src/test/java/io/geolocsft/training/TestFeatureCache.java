package io.geolocsft.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestFeatureCache {

  private static final TrainingExample EXAMPLE =
      new TrainingExample("image", new int[] {1, 2}, 1, "image.jpg", "abc123");

  @TempDir private Path folder;

  private FeatureCache cache(String tower, int size) {
    return new FeatureCache(new FolderFiles(folder), tower, size);
  }

  @Test
  void featuresAreReadAsStored() throws IOException {
    FeatureCache cache = cache("it", 3);
    assertThat(cache.missing(List.of(EXAMPLE))).containsExactly(EXAMPLE);
    float[][] features = {{1.5f, -0f, Float.MIN_VALUE}};
    cache.put(EXAMPLE, features);
    assertThat(cache.missing(List.of(EXAMPLE))).isEmpty();
    assertThat(cache.get(EXAMPLE)).isEqualTo(features);
    assertThat(cache("it", 3).get(EXAMPLE)).isEqualTo(features);
  }

  @Test
  void cropsAreKeptApartFromTheImageAlone() throws IOException {
    FeatureCache cache = cache("tower", 2);
    TrainingExample cropped = new TrainingExample("image", new int[] {1, 2}, 1, "", "abc123", 3);
    cache.put(EXAMPLE, new float[][] {{1, 2}});
    assertThat(cache.missing(List.of(cropped))).containsExactly(cropped);
    float[][] views = {{1, 2}, {3, 4}, {5, 6}};
    cache.put(cropped, views);
    assertThat(cache.get(cropped)).isEqualTo(views);
    assertThat(cache.get(EXAMPLE)).isEqualTo(new float[][] {{1, 2}});
  }

  @Test
  void anotherTowersFeaturesAreNotTaken() throws IOException {
    cache("tower", 1).put(EXAMPLE, new float[][] {{1}});
    assertThat(cache("other", 1).missing(List.of(EXAMPLE))).containsExactly(EXAMPLE);
  }

  @Test
  void onlyWhatIsNeededIsKept() throws IOException {
    TrainingExample other =
        new TrainingExample("other", new int[] {1, 2}, 1, "other.jpg", "def456");
    cache("former", 1).put(EXAMPLE, new float[][] {{1}});
    FeatureCache cache = cache("tower", 1);
    cache.put(EXAMPLE, new float[][] {{2}});
    cache.put(other, new float[][] {{3}});
    cache.keepOnly(List.of(EXAMPLE));
    assertThat(cache.missing(List.of(EXAMPLE, other))).containsExactly(other);
    assertThat(cache("former", 1).missing(List.of(EXAMPLE))).containsExactly(EXAMPLE);
  }

  @Test
  void onlyWholeFilesCount() throws IOException {
    FeatureCache cache = cache("tower", 3);
    Files.createDirectories(folder.resolve("tower"));
    Files.write(folder.resolve("tower/abc123"), new byte[11]);
    assertThat(cache.missing(List.of(EXAMPLE))).containsExactly(EXAMPLE);
    assertThatThrownBy(() -> cache.get(EXAMPLE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("abc123")
        .hasMessageContaining("12 bytes");
    cache.put(EXAMPLE, new float[1][3]);
    assertThat(cache.missing(List.of(EXAMPLE))).isEmpty();
  }

  @Test
  void noOtherFileStays() throws IOException {
    FeatureCache cache = cache("tower", 1);
    cache.put(EXAMPLE, new float[][] {{1}});
    cache.put(EXAMPLE, new float[][] {{2}});
    assertThat(cache.get(EXAMPLE)).isEqualTo(new float[][] {{2}});
    assertThat(folder.resolve("tower")).isDirectoryContaining("glob:**abc123");
    try (var files = Files.list(folder.resolve("tower"))) {
      assertThat(files).hasSize(1);
    }
  }
}
