package io.geolocsft.stage.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.SparkFixture;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.failure.DataException;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.image.DecodeLimits;
import io.geolocsft.stage.StageContext;
import io.geolocsft.stage.bin.Bin;
import io.geolocsft.stage.ingest.Ingest;
import io.geolocsft.stage.ingest.IngestFixture;
import io.geolocsft.stage.ingest.PictureFolder;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestHoldout {

  private static final long SEED = 3;

  private static final SparkSession SPARK = SparkFixture.session();

  @TempDir private static Path folder;

  private static IngestFixture first;
  private static StageContext context;

  @BeforeAll
  static void prepare() throws IOException {
    first = new IngestFixture(SPARK, folder.resolve("first"));
    context = context(first, config(first));
    new Ingest().run(context);
    new Bin().run(context);
    new Holdout().run(context);
  }

  /** Around Paris many, in the Sahara and the Simpson Desert a few, some of them twice. */
  private static PipelineConfig config(IngestFixture ingest) throws IOException {
    PictureFolder pictures = ingest.folder("train", IngestFixture.HEADER);
    Random random = new Random(SEED);
    double[][] centers = {{48.85, 2.35}, {23.5, 8.5}, {-25, 137}};
    for (int i = 0; i < 90; i++) {
      double[] at = centers[i % 3];
      pictures.picture(i + ".jpg", i % 30 == 29 ? i - 3 : i);
      pictures.row(
          String.format(
              Locale.ROOT,
              "%d.jpg,%.5f,%.5f,2020-01-01,drive-%d,author-%d",
              i,
              at[0] + random.nextDouble() * 2,
              at[1] + random.nextDouble() * 2,
              i / 3,
              i % 5));
    }
    return ingest.config(
        pictures.write(),
        "bin.min_images=1",
        "bin.level=6",
        "holdout.count=20",
        "holdout.max_density=5",
        "holdout.min_distance_km=0",
        "select.rules.min_side=1");
  }

  private static StageContext context(IngestFixture ingest, PipelineConfig config) {
    return StageContext.quiet(SPARK, config, ingest.store());
  }

  @Test
  void aBenchmarkOfSparsePlacesIsADataSetOfItsOwn() throws IOException {
    List<Row> rows = context.tables().read(Tables.HOLDOUT).collectAsList();
    assertThat(rows).hasSize(20);
    assertThat(rows)
        .allSatisfy(row -> assertThat(row.<Double>getAs("population_density")).isLessThan(5));
    assertThat(rows).extracting(row -> row.getAs("sha256")).doesNotHaveDuplicates();
    Map<Object, Long> byCell =
        rows.stream()
            .collect(Collectors.groupingBy(row -> row.getAs("cell_id"), Collectors.counting()));
    assertThat(byCell).hasSizeGreaterThan(2);

    String there = folder.resolve("first/the output/tables/holdout").toString();
    PipelineConfig later =
        first.config(
            new PictureFolder(folder.resolve("first/train"), IngestFixture.HEADER),
            "bin.min_images=1",
            "bin.level=6",
            "select.count=5",
            "select.rules.min_side=1",
            "select.rules.exclude_benchmark_cells=true",
            "select.rules.exclude_benchmark_authors=false",
            "select.block_leakage=[copy, near_duplicate, cell, distance, sequence]",
            "benchmarks=[{name: sparse, images: '%s', table: '%s', columns: {id: image_id}}]"
                .formatted(there, there));
    IngestFixture second = new IngestFixture(SPARK, folder.resolve("second"));
    StageContext next = context(second, later);
    new Ingest().run(next);
    List<Row> taken =
        next.tables().read(Tables.CATALOGUE).where("split = 'sparse'").collectAsList();
    assertThat(taken).hasSize(20);
    Map<String, Row> byId =
        rows.stream()
            .collect(
                Collectors.toMap(row -> "sparse:" + row.getAs("image_id"), Function.identity()));
    ImageBytes images = new ImageBytes(new Configuration(), DecodeLimits.DEFAULT.maxBytes());
    for (Row row : taken) {
      Row from = byId.get(row.<String>getAs("image_id"));
      assertThat(images.read(row.getAs("uri")))
          .isEqualTo(from.<Row>getAs("image").<byte[]>getAs("bytes"));
      assertThat(row.<String>getAs("author")).isEqualTo(from.getAs("author"));
      assertThat(row.<Double>getAs("latitude")).isEqualTo(from.getAs("latitude"));
    }
    new Bin().run(next);
    new Select().run(next);
    Set<Object> held = new HashSet<>();
    taken.forEach(row -> held.add(row.getAs("sequence_id")));
    List<Row> chosen =
        next.tables()
            .read(Tables.SELECTION)
            .join(next.tables().read(Tables.CATALOGUE), "image_id")
            .collectAsList();
    assertThat(chosen).hasSize(5);
    assertThat(chosen)
        .extracting(row -> (Object) row.getAs("sequence_id"))
        .doesNotContainAnyElementsOf(held);
    List<Row> leakage = next.tables().read(Tables.LEAKAGE).collectAsList();
    assertThat(leakage).hasSize(6);
    assertThat(leakage.stream().filter(row -> row.<Long>getAs("benchmark_images") > 0))
        .extracting(row -> row.getAs("rule"))
        .containsExactly("author");
  }

  @ParameterizedTest
  @ValueSource(strings = {"changed", "missing", "added"})
  void anotherFileIsNoticed(String kind) throws IOException {
    Path frozen = Files.createDirectory(folder.resolve(kind));
    try (Stream<Path> all = Files.list(folder.resolve("first/the output/tables/holdout"))) {
      for (Path file : all.toList()) {
        Files.copy(file, frozen.resolve(file.getFileName()));
      }
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(frozen)) {
      all.filter(file -> file.toString().endsWith(".parquet")).forEach(files::add);
    }
    byte[] bytes = Files.readAllBytes(files.get(0));
    switch (kind) {
      case "changed" -> {
        bytes[bytes.length / 2] ^= 1;
        Files.write(files.get(0), bytes);
      }
      case "added" -> Files.write(frozen.resolve("another.parquet"), bytes);
      default -> Files.delete(files.get(0));
    }
    PipelineConfig later =
        first.config(
            new PictureFolder(folder.resolve("first/train"), IngestFixture.HEADER),
            "benchmarks=[{name: sparse, images: '%s', table: '%s', columns: {id: image_id}}]"
                .formatted(frozen, frozen));
    IngestFixture second = new IngestFixture(SPARK, folder.resolve("of " + kind));
    assertThatThrownBy(() -> second.run(later))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            kind.equals("changed") ? "its files are not those that were written" : "it had ")
        .hasMessageContaining("benchmarks[0].table");
  }

  @Test
  void tooFewSparseImagesAreNamed() throws IOException {
    PipelineConfig tooMany =
        first.config(
            new PictureFolder(folder.resolve("first/train"), IngestFixture.HEADER),
            "holdout.count=1000");
    assertThatThrownBy(() -> new Holdout().run(context(first, tooMany)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Lower holdout.count");
  }
}
