package io.geolocsft.ml;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.OddFolder;
import io.geolocsft.SparkFixture;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.geo.CellSystem;
import io.geolocsft.select.Leaf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TestStages {

  private static final StructType IMAGES =
      new StructType()
          .add("image_id", DataTypes.StringType)
          .add("latitude", DataTypes.DoubleType)
          .add("longitude", DataTypes.DoubleType);

  private final SparkSession spark = SparkFixture.session();

  @TempDir(factory = OddFolder.class)
  java.nio.file.Path folder;

  /** Spark's own stages take paths for patterns. */
  @TempDir java.nio.file.Path plain;

  static List<Params> stages() {
    return List.of(
        new CellIndexer(),
        new CellIndexerModel("leaves", List.of(new Leaf(1, 2, 3)), List.of()),
        new GeoSampler(),
        new GeoSamplerModel("quotas", List.of(), List.of(), List.of()),
        new GemmaSft(),
        new GemmaGrpo(),
        new GemmaSftModel("tuned", nowhere()),
        new GeolocationEvaluator());
  }

  private static HadoopFiles nowhere() {
    try {
      return HadoopFiles.below("/nowhere", new Configuration(false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void paramsAreFoundAndCopied(Params stage) {
    assertThat(stage.params()).hasSizeGreaterThan(5);
    for (Param<?> param : stage.params()) {
      assertThat(param.parent()).isEqualTo(stage.uid());
      assertThat(param.doc()).isNotBlank();
      assertThat(stage.hasParam(param.name())).isTrue();
    }
    @SuppressWarnings("unchecked")
    Param<Object> text =
        (Param<Object>)
            Arrays.stream(stage.params())
                .filter(param -> param.name().endsWith("Col"))
                .findFirst()
                .orElseThrow();
    Params copy = stage.copy(ParamMap.empty().put(text, "elsewhere"));
    assertThat(copy.uid()).isEqualTo(stage.uid());
    assertThat(copy).hasSameClassAs(stage);
    assertThat(copy.getOrDefault(text)).isEqualTo("elsewhere");
    assertThat(stage.getOrDefault(text)).isNotEqualTo("elsewhere");
    assertThat(stage.explainParams()).contains(text.name());
  }

  @Test
  void aPipelineBinsAndSamplesAndIsTheSameWhenLoaded() throws Exception {
    Dataset<Row> images = skewed(2_000);
    SQLTransformer north =
        new SQLTransformer()
            .setStatement("SELECT *, latitude > 0 AS north FROM __THIS__ WHERE latitude < 80");
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  north,
                  new CellIndexer().setMinImages(5).setMaxImages(100).setMaxLevel(8),
                  new GeoSampler().setCount(300)
                });
    PipelineModel model = pipeline.fit(images);
    List<String> chosen = rows(model.transform(images));
    assertThat(chosen).hasSize(300).doesNotHaveDuplicates();
    assertThat(model.transform(images).columns())
        .contains("north", "cell_id", "rank", "quota", "available", "sampling_weight");
    assertThat(rows(model.transform(images.repartition(7)))).isEqualTo(chosen);
    String modelPlace = plain.resolve("model").toString();
    model.write().overwrite().save(modelPlace);
    assertThat(rows(PipelineModel.load(modelPlace).transform(images))).isEqualTo(chosen);
    String place = plain.resolve("pipeline").toString();
    pipeline.write().overwrite().save(place);
    assertThat(rows(Pipeline.load(place).fit(images).transform(images))).isEqualTo(chosen);
  }

  @Test
  void everyRowHasTheLeafThatItWasCountedIn() {
    Dataset<Row> images = skewed(1_500);
    for (String system : List.of("s2", "h3", "quadtree")) {
      CellIndexerModel model =
          new CellIndexer()
              .setCellSystem(system)
              .setMinLevel(1)
              .setMaxLevel(6)
              .setMinImages(10)
              .setMaxImages(60)
              .setOutputCol("leaf")
              .fit(images);
      Dataset<Row> indexed = model.transform(images);
      assertThat(indexed.schema().apply("leaf").dataType()).isEqualTo(DataTypes.LongType);
      for (Row row :
          indexed.na().drop(new String[] {"leaf"}).groupBy("leaf").count().collectAsList()) {
        assertThat(model.leaves())
            .anyMatch(leaf -> leaf.cellId() == row.getLong(0) && leaf.count() == row.getLong(1));
        assertThat(CellSystem.of(system).isValid(row.getLong(0))).isTrue();
      }
      long inLeaves = model.leaves().stream().mapToLong(Leaf::count).sum();
      long dropped = model.dropped().stream().mapToLong(Leaf::count).sum();
      assertThat(inLeaves + dropped).isEqualTo(1_500);
      assertThat(indexed.where("leaf IS NULL").count()).isEqualTo(dropped);
    }
  }

  /** Also where cells are split so finely that it takes several passes over the rows. */
  @ParameterizedTest
  @CsvSource({
    "s2, 0, 30, 2, 40",
    "s2, 2, 13, 10, 60",
    "s2, 4, 22, 1, 5",
    "h3, 0, 15, 3, 30",
    "quadtree, 0, 10, 1, 99",
    "quadtree, 0, 30, 1, 6",
    "grid:20x40, 0, 1, 1, 1"
  })
  void thePartitionIsThatOfAPlainProgram(
      String system, int minLevel, int maxLevel, int minImages, int maxImages) {
    Dataset<Row> images = skewed(3_000);
    CellSystem cells = CellSystem.of(system);
    Map<Long, Long> counts = new HashMap<>();
    for (Row row : images.collectAsList()) {
      counts.merge(cells.cellId(row.getDouble(1), row.getDouble(2), maxLevel), 1L, Long::sum);
    }
    List<Leaf> expected = new ArrayList<>();
    split(cells, counts, minLevel, maxLevel, maxImages, expected);
    CellIndexerModel model =
        new CellIndexer()
            .setCellSystem(system)
            .setMinLevel(minLevel)
            .setMaxLevel(maxLevel)
            .setMinImages(minImages)
            .setMaxImages(maxImages)
            .fit(images);
    assertThat(expected).hasSizeGreaterThan(20);
    assertThat(model.leaves())
        .containsExactlyInAnyOrderElementsOf(
            expected.stream().filter(leaf -> leaf.count() >= minImages).toList());
    assertThat(model.dropped())
        .containsExactlyInAnyOrderElementsOf(
            expected.stream().filter(leaf -> leaf.count() < minImages).toList());
  }

  /** The rule as it stands in the papers, by recursion over all counts. */
  private static void split(
      CellSystem cells,
      Map<Long, Long> counts,
      int level,
      int maxLevel,
      long maxImages,
      List<Leaf> leaves) {
    Map<Long, Map<Long, Long>> byCell = new HashMap<>();
    counts.forEach(
        (fine, count) ->
            byCell
                .computeIfAbsent(cells.parent(fine, level), unused -> new HashMap<>())
                .put(fine, count));
    byCell.forEach(
        (cell, inside) -> {
          long count = inside.values().stream().mapToLong(Long::longValue).sum();
          if (count > maxImages && level < maxLevel) {
            split(cells, inside, level + 1, maxLevel, maxImages, leaves);
          } else {
            leaves.add(new Leaf(cell, level, count));
          }
        });
  }

  @Test
  void rowsWithoutAPointHaveNoCell() {
    Dataset<Row> images =
        spark.createDataFrame(
            List.of(
                RowFactory.create("good", 48.0, 2.0),
                RowFactory.create("none", null, 2.0),
                RowFactory.create("far", 95.0, 2.0)),
            IMAGES);
    CellIndexerModel model = new CellIndexer().setMinImages(1).fit(images);
    assertThat(model.leaves()).hasSize(1);
    assertThat(model.transform(images).where("cell_id IS NULL").select("image_id").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder("none", "far");
  }

  @Test
  void theSamplerKeepsItsQuotas() {
    Dataset<Row> images =
        new CellIndexer()
            .setMinImages(1)
            .setMaxImages(200)
            .fit(skewed(1_000))
            .transform(skewed(1_000));
    GeoSamplerModel model = new GeoSampler().setCount(123).setKeepAll(true).fit(images);
    Dataset<Row> all = model.transform(images);
    assertThat(all.count()).isEqualTo(1_000);
    assertThat(all.where("rank IS NOT NULL").count()).isEqualTo(123);
    assertThat(rows(model.copy(ParamMap.empty()).setKeepAll(false).transform(images)))
        .isEqualTo(rows(all.where("rank IS NOT NULL")));
    Set<String> other =
        new HashSet<>(
            rows(new GeoSampler().setCount(123).setSeed(43).fit(images).transform(images)));
    assertThat(other).hasSize(123).isNotEqualTo(Set.copyOf(rows(all.where("rank IS NOT NULL"))));
    assertThatThrownBy(() -> new GeoSampler().setCount(1_001).fit(images))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot choose 1001 of 1000 images");
  }

  /** With strata, the best of a few and a least distance: the same rows however they lie. */
  @Test
  void drawsTheSameRowsHoweverTheyLie() throws IOException {
    Dataset<Row> images =
        new CellIndexer()
            .setMinImages(1)
            .setMaxImages(100)
            .fit(skewed(2_000))
            .transform(skewed(2_000))
            .selectExpr(
                "*",
                "CASE WHEN latitude < -30 THEN 'south' WHEN latitude < 0 THEN NULL ELSE 'north' END AS part",
                "abs(hash(image_id)) / 2147483648D AS quality");
    GeoSampler sampler =
        new GeoSampler()
            .setCount(150)
            .setStrategy("uniform")
            .setStratumCol("part")
            .setQualityCol("quality")
            .setBestOf(3)
            .setMinDistanceKm(40)
            .setKeepAll(true);
    GeoSamplerModel model = sampler.fit(images);
    List<Row> all = sorted(model.transform(images));
    assertThat(all).hasSize(2_000);
    Dataset<Row> drawn = model.transform(images).where("rank IS NOT NULL");
    assertThat(drawn.groupBy("part").count().collectAsList())
        .extracting(row -> row.getLong(1))
        .containsExactly(50L, 50L, 50L);
    assertThat(
            drawn
                .as("a")
                .crossJoin(drawn.as("b"))
                .where("a.image_id < b.image_id")
                .where("great_circle_km(a.latitude, a.longitude, b.latitude, b.longitude) < 40")
                .count())
        .isZero();
    assertThat(drawn.selectExpr("avg(quality)").first().getDouble(0)).isGreaterThan(0.6);
    assertThat(model.transform(images).where("near_id IS NOT NULL").count()).isPositive();
    assertThat(
            model
                .transform(images)
                .where("near_km >= 40 OR rank > quota OR quota > available")
                .count())
        .isZero();
    for (int partitions : new int[] {1, 7, 64}) {
      Dataset<Row> other = images.repartition(partitions).sort(col("image_id").desc());
      assertThat(sorted(sampler.fit(other).transform(other))).isEqualTo(all);
    }
    String place = folder.resolve("sampled").toString();
    model.write().overwrite().save(place);
    assertThat(sorted(GeoSamplerModel.load(place).transform(images))).isEqualTo(all);
  }

  @Test
  void theSamplerNeedsUniqueIds() {
    StructType schema = IMAGES.add("cell_id", DataTypes.LongType);
    List<Row> rows =
        List.of(
            RowFactory.create("a", 1.0, 1.0, 5L),
            RowFactory.create("a", 2.0, 2.0, 6L),
            RowFactory.create(null, 2.0, 2.0, 6L));
    Dataset<Row> images = spark.createDataFrame(rows, schema);
    assertThatThrownBy(() -> new GeoSampler().setCount(2).fit(images))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The ids in column 'image_id' are not unique: there are two rows with 'a'");
    assertThatThrownBy(() -> new GeoSampler().setCount(3).fit(images))
        .hasMessage("Cannot choose 3 of 2 images");
  }

  private static List<Row> sorted(Dataset<Row> rows) {
    return rows.orderBy("image_id").collectAsList();
  }

  @Test
  void allThatIsNotAllowedIsToldAtOnce() {
    Dataset<Row> images = skewed(10);
    assertThatThrownBy(() -> new CellIndexer().setCellSystem("s3").setMinLevel(31).fit(images))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cell_system: \"s3\" is not allowed; allowed: s2, h3, quadtree")
        .hasMessageContaining("min_level: 31 is not allowed; allowed: a whole number from 0 to 30");
    assertThatThrownBy(() -> new CellIndexer().setMinLevel(9).setMaxLevel(8).fit(images))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("min_level 9 is above max_level 8");
    assertThatThrownBy(() -> new CellIndexer().setLatitudeCol("lat").fit(images))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no column 'lat'; there are image_id, latitude, longitude");
    assertThatThrownBy(() -> new CellIndexer().setLatitudeCol("image_id").fit(images))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The column 'image_id' is string; double is needed");
    assertThatThrownBy(() -> new CellIndexer().setOutputCol("latitude").fit(images))
        .hasMessage("There is a column 'latitude' already");
  }

  @Test
  void theEvaluatorFollowsTheConvention() throws Exception {
    StructType schema =
        new StructType()
            .add("latitude", DataTypes.DoubleType)
            .add("longitude", DataTypes.DoubleType)
            .add("answer_latitude", DataTypes.DoubleType)
            .add("answer_longitude", DataTypes.DoubleType);
    Dataset<Row> answers =
        spark.createDataFrame(
            List.of(
                RowFactory.create(0.0, 0.0, 0.0, 1.0),
                RowFactory.create(0.0, 0.0, 0.0, 10.0),
                RowFactory.create(0.0, 0.0, 0.0, 0.0),
                RowFactory.create(0.0, 0.0, null, null)),
            schema);
    GeolocationEvaluator evaluator = new GeolocationEvaluator();
    assertThat(evaluator.evaluate(answers)).isEqualTo(0.5);
    assertThat(evaluator.isLargerBetter()).isTrue();
    assertThat(evaluator.copy(ParamMap.empty()).setConvention("plonk").evaluate(answers))
        .as("plonk drops missing answers")
        .isEqualTo(2 / 3.0);
    GeolocationEvaluator median =
        new GeolocationEvaluator().setMetricName("median_error_km").setConvention("plonk");
    assertThat(median.evaluate(answers)).isBetween(111.19, 111.2);
    assertThat(median.isLargerBetter()).isFalse();
    String place = folder.resolve("evaluator").toString();
    median.write().overwrite().save(place);
    assertThat(GeolocationEvaluator.load(place).evaluate(answers))
        .isEqualTo(median.evaluate(answers));
    assertThatThrownBy(() -> new GeolocationEvaluator().setMetricName("luck").evaluate(answers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'luck' is not a metric; allowed: accuracy, mean_error_km");
  }

  private static List<String> rows(Dataset<Row> chosen) {
    return chosen.select("image_id").collectAsList().stream()
        .map(row -> row.getString(0))
        .sorted()
        .collect(Collectors.toList());
  }

  /** Points around five cities, of which each has half as many as the one before. */
  private Dataset<Row> skewed(int count) {
    SplittableRandom random = new SplittableRandom(11);
    List<Row> rows =
        IntStream.range(0, count)
            .mapToObj(
                i -> {
                  int city = Math.min(4, Integer.numberOfTrailingZeros(random.nextInt(1, 32)));
                  double latitude = -40 + 20 * city + random.nextGaussian() * 3;
                  double longitude = -120 + 50 * city + random.nextGaussian() * 3;
                  return RowFactory.create("image " + i, latitude, longitude);
                })
            .toList();
    return spark.createDataFrame(rows, IMAGES);
  }
}
