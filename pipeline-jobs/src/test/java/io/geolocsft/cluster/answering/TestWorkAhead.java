package io.geolocsft.cluster.answering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.Iterators;
import io.geolocsft.cluster.answering.Answering.Query;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.image.preprocess.GemmaImageProcessor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestWorkAhead {

  @TempDir private Path folder;

  private ImageReader reader;

  @BeforeEach
  void images() throws IOException {
    for (int i = 0; i < 12; i++) {
      BufferedImage image = new BufferedImage(20 + i, 10, BufferedImage.TYPE_INT_RGB);
      ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
    }
    GemmaImageProcessor processor =
        GemmaImageProcessor.load(Path.of("..", "run", "data", "gemma3-small"));
    reader = new ImageReader(new ImageBytes(new Configuration(), 1 << 20), processor, null);
  }

  private List<Query> batch(int... numbers) {
    return IntStream.of(numbers)
        .mapToObj(i -> new Query(i + "", folder.resolve(i + ".png").toString(), null))
        .toList();
  }

  private WorkAhead<Query, ReadImage> ahead(Iterator<List<Query>> batches) {
    return new WorkAhead<>(batches, reader::read, 3, new WaitingClock());
  }

  @Test
  void batchesComeWholeAndInOrder() {
    List<List<String>> ids = new ArrayList<>();
    try (WorkAhead<Query, ReadImage> ahead =
        ahead(List.of(batch(0, 1, 2), batch(3), batch(99, 4)).iterator())) {
      ahead.forEachRemaining(
          images -> ids.add(images.stream().map(image -> image.query().imageId()).toList()));
    }
    assertThat(ids).containsExactly(List.of("0", "1", "2"), List.of("3"), List.of("99", "4"));
  }

  @Test
  void aBadImageIsAProblemOfItsOwn() {
    try (WorkAhead<Query, ReadImage> ahead = ahead(Iterators.singletonIterator(batch(99, 4)))) {
      List<ReadImage> images = ahead.next();
      assertThat(images.get(0).problem().kind()).isEqualTo("missing_file");
      assertThat(images.get(0).views()).isNull();
      assertThat(images.get(1).problem()).isNull();
      assertThat(images.get(1).views()).hasDimensions(1, images.get(1).views()[0].length);
    }
  }

  @Test
  void noMoreThanAFewBatchesAreAskedForAhead() {
    List<Integer> asked = new ArrayList<>();
    Iterator<List<Query>> batches =
        IntStream.range(0, 10)
            .mapToObj(
                i -> {
                  asked.add(i);
                  return batch(i);
                })
            .iterator();
    try (WorkAhead<Query, ReadImage> ahead = ahead(batches)) {
      ahead.next();
      assertThat(asked).hasSizeLessThanOrEqualTo(4);
      ahead.next();
      assertThat(asked).hasSizeLessThanOrEqualTo(5);
    }
  }

  @Test
  void aFileSystemThatFailsEndsThem() {
    List<Query> away = List.of(new Query("a", "nosuchscheme://host/a.png", null));
    try (WorkAhead<Query, ReadImage> ahead = ahead(List.of(batch(1), away).iterator())) {
      ahead.next();
      assertThatThrownBy(ahead::next)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("nosuchscheme");
    }
  }
}
