package io.geolocsft.stage.select;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.SparkFixture;
import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.RuleSettings;
import io.geolocsft.stage.TaskCounts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestLookAlikes {

  private final SparkSession spark = SparkFixture.session();

  private record Image(String id, long hash, long pixels, double blur, long key) {}

  private static final Comparator<Image> KEEP_ORDER =
      Comparator.comparingLong(Image::pixels)
          .thenComparingDouble(Image::blur)
          .reversed()
          .thenComparingLong(Image::key)
          .thenComparing(Image::id);

  /** Clusters, chains and equal hashes, ordered by each of size, sharpness, key and id in turn. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 2", "4, 3"})
  void agreesWithGoingThroughAllImages(long seed, int max) {
    Random random = new Random(seed);
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      long hash = random.nextLong();
      if (i > 0 && random.nextInt(10) < 7) {
        hash = images.get(Math.max(0, i - 1 - random.nextInt(20))).hash();
        hash ^= random.nextInt(3) == 0 ? 0 : 1L << random.nextInt(64);
      }
      images.add(
          new Image(
              "i" + i, hash, 1 + random.nextInt(2), random.nextInt(3), random.nextInt(5) - 2));
    }
    Map<String, String> found = new TreeMap<>();
    try (LookAlikes lookAlikes = new LookAlikes(rules(3, max))) {
      for (Row row : lookAlikes.reject(rows(images)).where("rule IS NOT NULL").collectAsList()) {
        found.put(row.getAs("image_id"), row.getAs("measured_value") + " " + row.getAs("detail"));
      }
    }
    assertThat(found)
        .as("seed %d", seed)
        .isEqualTo(expected(images, 3, max))
        .hasSizeGreaterThan(99);
  }

  private static Map<String, String> expected(List<Image> images, int bits, int max) {
    List<Image> ordered = images.stream().sorted(KEEP_ORDER).toList();
    List<Image> kept = new ArrayList<>();
    Map<String, String> rejected = new TreeMap<>();
    Map<Long, List<Image>> equal = new HashMap<>();
    for (Image image : ordered) {
      // Of images with equal hashes the first few speak for all of them.
      List<Image> before = equal.computeIfAbsent(image.hash(), unused -> new ArrayList<>());
      before.add(image);
      if (before.size() > max) {
        rejected.put(image.id(), "0.0 like " + before.get(0).id());
        continue;
      }
      List<Image> same = kept.stream().filter(other -> other.hash() == image.hash()).toList();
      List<Image> like =
          kept.stream()
              .filter(other -> Long.bitCount(other.hash() ^ image.hash()) <= bits)
              .sorted(Comparator.comparingInt(other -> Long.bitCount(other.hash() ^ image.hash())))
              .toList();
      if (like.size() < max) {
        kept.add(image);
      } else {
        int distance = Long.bitCount(like.get(0).hash() ^ image.hash());
        rejected.put(image.id(), (double) distance + " like " + like.get(0).id());
      }
      assertThat(same.size()).isLessThanOrEqualTo(max);
    }
    return rejected;
  }

  /**
   * A drive: each frame looks like the next six, and they are many times more pairs than frames.
   */
  @Test
  void pairsOfALongSequenceDoNotComeToTheDriver() throws Exception {
    List<Image> frames = new ArrayList<>();
    int count = 20_000;
    Random random = new Random(1);
    long hash = random.nextLong();
    for (int i = 0; i < count; i++) {
      hash ^= 1L << random.nextInt(64);
      frames.add(new Image("frame-" + i, hash, 1, count - i, 0));
    }
    String broadcasts = spark.conf().get("spark.sql.autoBroadcastJoinThreshold");
    spark.conf().set("spark.sql.autoBroadcastJoinThreshold", "-1");
    Dataset<Row> judged = rows(frames).persist();
    assertThat(judged.count()).isEqualTo(count);
    long rejected;
    long bytes;
    try (TaskCounts counts = new TaskCounts(spark);
        LookAlikes lookAlikes = new LookAlikes(rules(6, 1))) {
      rejected = lookAlikes.reject(judged).where("rule IS NOT NULL").count();
      bytes = counts.bytesToDriver();
    } finally {
      judged.unpersist();
      spark.conf().set("spark.sql.autoBroadcastJoinThreshold", broadcasts);
    }
    // Every seventh frame is kept, as long as none comes around again.
    assertThat(rejected).isBetween(count * 6L / 7 - 50, count * 8L / 9);
    // Of 120,000 pairs, each with what both are ordered by: some bytes of counts remain.
    assertThat(bytes).isLessThan(500_000);
  }

  private Dataset<Row> rows(List<Image> images) {
    List<Image> shuffled = new ArrayList<>(images);
    Collections.shuffle(shuffled, new Random(9));
    List<Row> rows =
        shuffled.stream()
            .map(
                image -> {
                  Object[] values = new Object[JudgedRows.SCHEMA.size()];
                  set(values, "image_id", image.id());
                  set(values, "sha256", image.id());
                  set(values, "perceptual_hash", image.hash());
                  set(values, "blur", image.blur());
                  set(values, JudgedRows.PIXELS, image.pixels());
                  set(values, JudgedRows.KEY, image.key());
                  for (String zero :
                      List.of("brightness", "contrast", "entropy", "latitude", "longitude")) {
                    set(values, zero, 0.0);
                  }
                  return RowFactory.create(values);
                })
            .toList();
    return spark.createDataFrame(rows, JudgedRows.SCHEMA);
  }

  private static void set(Object[] values, String column, Object value) {
    values[JudgedRows.SCHEMA.fieldIndex(column)] = value;
  }

  private static RuleSettings rules(int bits, int max) {
    return ConfigReader.section(
        RuleSettings.class, Map.of("nearDuplicateBits", bits, "maxPerDuplicateHash", max), "rules");
  }
}
