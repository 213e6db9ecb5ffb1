package io.geolocsft.stage.select;

import static io.geolocsft.stage.CatalogueFixture.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.SparkFixture;
import io.geolocsft.config.ConfigFixture;
import io.geolocsft.failure.DataException;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.select.Diversity;
import io.geolocsft.stage.CatalogueFixture;
import io.geolocsft.stage.StageContext;
import io.geolocsft.stage.bin.Bin;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestSelect {

  private static final String[] SETTINGS = {
    "bin.min_images=2",
    "bin.max_images=60",
    "bin.level=6",
    "select.count=300",
    "select.rules.max_per_author=40",
    "select.rules.benchmark_buffer_km=5"
  };

  /** Of the catalogue that most tests select from. */
  private static final long SEED = 1;

  private static final int IMAGES = 1_500;

  private static final SparkSession SPARK = SparkFixture.session();

  @TempDir private static Path folder;

  /**
   * The same catalogue is binned once for all tests, and selected from once by {@link #SETTINGS}.
   */
  @BeforeAll
  static void prepare() throws IOException {
    bin("binned", CatalogueFixture.skewed(SEED, IMAGES), 3, SETTINGS);
    select(copy("binned", "selected"), SETTINGS);
  }

  @ParameterizedTest
  @ValueSource(longs = {SEED, 2, 3})
  void choosesExactlyAsManyAndKeepsEveryRule(long seed) {
    TableStore tables =
        seed == SEED
            ? read("selected")
            : run("property " + seed, CatalogueFixture.skewed(seed, IMAGES), 3, SETTINGS);
    Map<String, Row> binned = byId(tables.read(Tables.BINNED).collectAsList());
    List<Row> selection = tables.read(Tables.SELECTION).collectAsList();
    Map<String, Row> rejections = byId(tables.read(Tables.REJECTIONS).collectAsList());
    assertThat(selection).as("seed %d", seed).hasSize(300);
    Set<String> chosen = byId(selection).keySet();
    assertThat(chosen).hasSize(300).doesNotContainAnyElementsOf(rejections.keySet());
    Set<String> all = new HashSet<>(chosen);
    all.addAll(rejections.keySet());
    assertThat(all)
        .isEqualTo(
            binned.keySet().stream()
                .filter(id -> binned.get(id).getAs("split").equals("train"))
                .collect(Collectors.toSet()));
    holdsCaps(selection, binned);
    holdsLikeness(chosen, binned);
    holdsQuotas(selection, rejections);
    holdsPlan(tables.read(Tables.CELLS).collectAsList());
    assertThat(rejections.values())
        .extracting(row -> row.<String>getAs("rule"))
        .contains(
            "min_blur",
            "null_island",
            "swapped_coordinates",
            "sparse_cell",
            "exact_duplicate",
            "near_duplicate",
            "benchmark_copy",
            "benchmark_near_duplicate",
            "benchmark_distance",
            "max_per_author",
            "not_sampled");
  }

  /** The cells' quotas sum to the count, and an image weighs as the default alpha has it. */
  private static void holdsPlan(List<Row> cells) {
    assertThat(cells)
        .extracting(row -> row.<Long>getAs("leaf_cell_id"))
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(cells.stream().mapToInt(row -> row.getAs("quota")).sum()).isEqualTo(300);
    Row first = cells.get(0);
    assertThat(first.<Double>getAs("weight"))
        .isCloseTo(Math.pow(first.<Long>getAs("image_count"), -0.75), within(1e-12));
  }

  private static void holdsCaps(List<Row> selection, Map<String, Row> binned) {
    Map<String, Long> authors =
        selection.stream()
            .map(row -> binned.get(row.<String>getAs("image_id")).<String>getAs("author"))
            .filter(author -> author != null)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    assertThat(authors.values()).allMatch(count -> count <= 40);
  }

  /** No two chosen images are alike, and none is like a benchmark's. */
  private static void holdsLikeness(Set<String> chosen, Map<String, Row> binned) {
    for (String id : chosen) {
      for (Row other : binned.values()) {
        boolean counts =
            other.getAs("split").equals("bench")
                || (chosen.contains(other.<String>getAs("image_id"))
                    && !other.getAs("image_id").equals(id));
        if (counts) {
          long bits =
              other.<Long>getAs("perceptual_hash") ^ binned.get(id).<Long>getAs("perceptual_hash");
          assertThat(Long.bitCount(bits)).isGreaterThan(6);
          assertThat(other.<String>getAs("sha256")).isNotEqualTo(binned.get(id).getAs("sha256"));
        }
      }
    }
  }

  /** Ranks run from 1 without gaps; what was not drawn stands beside how many were, of how many. */
  private static void holdsQuotas(List<Row> selection, Map<String, Row> rejections) {
    Map<Long, List<Integer>> ranks = new HashMap<>();
    for (Row row : selection) {
      ranks
          .computeIfAbsent(row.getAs("leaf_cell_id"), cell -> new ArrayList<>())
          .add(row.getAs("rank"));
    }
    ranks
        .values()
        .forEach(
            cell ->
                assertThat(cell.stream().sorted().toList())
                    .isEqualTo(
                        java.util.stream.IntStream.rangeClosed(1, cell.size()).boxed().toList()));
    assertThat(rejections.values())
        .filteredOn(row -> row.getAs("rule").equals("not_sampled"))
        .isNotEmpty()
        .allMatch(row -> row.<Double>getAs("measured_value") > row.<Double>getAs("limit_value"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"country", "density"})
  void strataAndDistanceHold(String quotaBy) throws IOException {
    TableStore tables =
        select(
            copy("binned", quotaBy),
            with(
                "select.quota_by=" + quotaBy,
                "select.strategy=square_root",
                "select.count=100",
                "select.density_strata=[5, 50]",
                "select.best_of=2",
                "select.min_distance_km=30"));
    Map<String, Row> binned = byId(tables.read(Tables.BINNED).collectAsList());
    List<Row> selection = tables.read(Tables.SELECTION).collectAsList();
    List<Row> rejections = tables.read(Tables.REJECTIONS).collectAsList();
    assertThat(selection).hasSize(100);
    for (Row row : selection) {
      Row image = binned.get(row.<String>getAs("image_id"));
      String country = image.getAs("country");
      double density = image.getAs("population_density");
      String stratum =
          quotaBy.equals("country")
              ? "country " + (country == null ? "at sea" : country)
              : density < 5
                  ? "density below 5.0"
                  : density < 50 ? "density 5.0 to 50.0" : "density 50.0 and more";
      assertThat(row.<String>getAs("reason")).isEqualTo(stratum);
      for (Row other : selection) {
        Row beside = binned.get(other.<String>getAs("image_id"));
        assertThat(beside == image || km(image, beside) >= 30).isTrue();
      }
    }
    assertThat(selection)
        .extracting(row -> row.<String>getAs("reason"))
        .satisfies(reasons -> assertThat(new HashSet<>(reasons)).hasSizeGreaterThan(1));
    assertThat(rejections)
        .filteredOn(row -> row.getAs("rule").equals("min_distance"))
        .isNotEmpty()
        .allMatch(row -> row.<Double>getAs("measured_value") < 30)
        .allMatch(row -> row.<String>getAs("detail").startsWith("near "));
    assertThat(selection.size() + rejections.size())
        .isEqualTo(
            (int)
                binned.values().stream().filter(row -> row.getAs("split").equals("train")).count());
  }

  private static double km(Row a, Row b) {
    return DistanceModel.SPHERE_6371_0088.kilometers(
        a.getAs("latitude"), a.getAs("longitude"), b.getAs("latitude"), b.getAs("longitude"));
  }

  @Test
  void isTheSameBytesForAnyPartitioningAndRerun() throws IOException {
    List<Row> catalogue = CatalogueFixture.skewed(SEED, IMAGES);
    byte[][] first = bytes("selected");
    run("one", catalogue, 1, SETTINGS);
    assertThat(bytes("one")).isDeepEqualTo(first);
    List<Row> reversed = new ArrayList<>(catalogue);
    java.util.Collections.reverse(reversed);
    SPARK.conf().set("spark.sql.shuffle.partitions", "16");
    try {
      run("one", reversed, 16, SETTINGS);
      assertThat(bytes("one")).isDeepEqualTo(first);
    } finally {
      SPARK.conf().set("spark.sql.shuffle.partitions", "3");
    }
    Set<String> chosen = chosen("selected");
    select(copy("binned", "other"), with("run.seed=43"));
    assertThat(chosen("other")).hasSameSizeAs(chosen).isNotEqualTo(chosen);
  }

  @Test
  void strategiesSpreadDifferently() throws IOException {
    assertThat(ConfigFixture.with(SETTINGS).select().strategy()).isEqualTo("geo_aware");
    Diversity geo = diversity("selected");
    select(copy("binned", "even"), with("select.strategy=uniform"));
    select(copy("binned", "crowd"), with("select.strategy=population"));
    assertThat(diversity("even").cellEntropy()).isGreaterThan(geo.cellEntropy());
    assertThat(geo.cellEntropy()).isGreaterThan(diversity("crowd").cellEntropy());
    assertThat(geo.images()).isEqualTo(300);
  }

  @Test
  void nearDuplicatesByHand() {
    List<Row> catalogue = new ArrayList<>();
    // A row of views, each 3 bits from the next; sharpest first.
    long[] hashes = {0, 0b111, 0b111111, 0b111111111, -1};
    for (int i = 0; i < hashes.length; i++) {
      catalogue.add(image("v" + i, "train", 48, 2 + i, "sha" + i, hashes[i], 100 - i, null));
    }
    // Fifteen of one placeholder, three copies of another image.
    for (int i = 0; i < 15; i++) {
      catalogue.add(image("p" + i, "train", 48, 2, "gone", 0x3333333300000000L, 500, null));
    }
    for (int i = 0; i < 3; i++) {
      catalogue.add(image("c" + i, "train", 48, 2, "copy", 0x5555555500000000L, 500 + i, null));
    }
    String[] settings = {
      "bin.min_images=1", "select.count=4", "select.rules.near_duplicate_bits=4"
    };
    TableStore tables = run("hand", catalogue, 2, settings);
    Map<String, Row> rejections = byId(tables.read(Tables.REJECTIONS).collectAsList());
    assertThat(chosen("hand"))
        .as(rejections.values().toString())
        .containsExactlyInAnyOrder("v0", "v2", "v4", "c2");
    assertThat(rejections.get("v1").mkString("|")).startsWith("v1|near_duplicate|3.0|4.0|like v0|");
    assertThat(rejections.get("v3").mkString("|")).startsWith("v3|near_duplicate|3.0|4.0|like v2|");
    assertThat(rejections.get("c0").mkString("|"))
        .startsWith("c0|exact_duplicate|3.0|1.0|same bytes as c2|");
    assertThat(rejections.get("p9").mkString("|"))
        .startsWith("p9|placeholder|15.0|10.0|many images have these bytes|");
    select(tables, settings[0], "select.count=6", "select.rules.near_duplicate_bits=-1");
    assertThat(chosen("hand")).contains("v0", "v1", "v2", "v3", "v4", "c2");
    select(tables, settings[0], "select.count=5", "select.rules.max_per_duplicate_hash=2");
    assertThat(chosen("hand")).hasSize(5);
  }

  @Test
  void saysWhyThereAreTooFew() {
    List<Row> catalogue =
        List.of(
            image("a", "train", 48, 2), image("b", "train", 48, 2.1), image("n", "train", 0, 0));
    assertThatThrownBy(() -> run("few", catalogue, 1, "bin.min_images=1", "select.count=3"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("select.count is 3, but only 2 training images are left")
        .hasMessageContaining("null_island 1");
  }

  /** The tables of an attempt that failed, beside the selection of an earlier one. */
  @ParameterizedTest
  @ValueSource(
      strings = {"select.count=1401", "select.min_distance_km=9000", "select.block_leakage=[cell]"})
  void whatWasRejectedCanBeLookedAtAfterwards(String setting) throws IOException {
    TableStore tables = copy("selected", "failed by " + setting);
    String before = tables.manifest("selection").orElseThrow().createdAt();
    StageContext context =
        StageContext.quiet(
            SPARK,
            ConfigFixture.with(with("select.rules.min_blur=400", "select.count=200", setting)),
            tables);
    assertThatThrownBy(() -> new Select().run(context))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "run/geolocsft sql --output '%s' \"SELECT rule, count(*) FROM rejections GROUP BY rule\""
                .formatted(folder.resolve("failed by " + setting)));
    assertThat(tables.read(Tables.REJECTIONS).where("rule = 'min_blur'").count()).isGreaterThan(50);
    assertThat(tables.read(Tables.FUNNEL).where("rule = 'min_blur'").head().getLong(2))
        .isEqualTo(tables.read(Tables.REJECTIONS).where("rule = 'min_blur'").count());
    assertThat(tables.manifest("selection").orElseThrow().createdAt()).isEqualTo(before);
  }

  private static String[] with(String... more) {
    return Stream.concat(Stream.of(SETTINGS), Stream.of(more)).toArray(String[]::new);
  }

  private static TableStore run(String name, List<Row> catalogue, int partitions, String... sets) {
    return select(bin(name, catalogue, partitions, sets), sets);
  }

  private static TableStore bin(String name, List<Row> catalogue, int partitions, String... sets) {
    TableStore tables = read(name);
    Row unread =
        RowFactory.create("ingest", "r", "n", "gone", null, "missing_file", "no file", "train");
    Row ofBenchmark =
        RowFactory.create("ingest", "r", "n", "bench:1", null, "missing_file", "no file", "bench");
    Row nameless =
        RowFactory.create("ingest", "r", "n", null, null, "missing_id", "no id", "bench");
    tables.publish(
        Tables.errorsOf("ingest"),
        SPARK.createDataFrame(List.of(unread, ofBenchmark, nameless), Tables.ERRORS.struct()));
    tables.publish(
        Tables.CATALOGUE,
        SPARK.createDataFrame(catalogue, Tables.CATALOGUE.struct()).repartition(partitions));
    new Bin().run(StageContext.quiet(SPARK, ConfigFixture.with(sets), tables));
    return tables;
  }

  private static TableStore select(TableStore tables, String... sets) {
    new Select().run(StageContext.quiet(SPARK, ConfigFixture.with(sets), tables));
    return tables;
  }

  /** The same tables in another folder, where a test may go on with them. */
  private static TableStore copy(String name, String to) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(to).resolve(folder.resolve(name).relativize(file)));
      }
    }
    return read(to);
  }

  private static Set<String> chosen(String name) {
    return byId(read(name).read(Tables.SELECTION).collectAsList()).keySet();
  }

  private static TableStore read(String name) {
    return TableStore.open(SPARK, folder.resolve(name).toString());
  }

  /** By way of java.sql.Timestamp, which counts by another calendar before 1582. */
  @Test
  void theYearOneIsATimeLikeAnyOther() {
    Timestamp time = Timestamp.valueOf("0001-01-03 12:00:00");
    Row image = CatalogueFixture.with(image("old", "train", 10, 20), "captured_at", time);
    run(
        "old",
        List.of(image),
        1,
        "bin.min_images=1",
        "select.count=1",
        "select.rules.earliest_date=0001-01-02");
    assertThat(chosen("old")).containsExactly("old");
  }

  @Test
  void positionsAndSequencesAreLookedAt() {
    List<Row> catalogue = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      catalogue.add(
          image(
              String.format(Locale.ROOT, "far-%02d", i),
              "train",
              10.123 + i / 7.0,
              20.123 + i / 3.0));
      catalogue.add(image(String.format(Locale.ROOT, "center-%02d", i), "train", 48.85341, 2.3488));
      Row frame =
          image(String.format(Locale.ROOT, "frame-%02d", i), "train", 40.00001, -4 + i * 0.0002);
      catalogue.add(
          CatalogueFixture.with(
              CatalogueFixture.with(frame, "sequence_id", "drive"),
              "captured_at",
              Timestamp.from(Instant.parse("2018-06-01T12:00:00Z").plusSeconds(i))));
    }
    catalogue.add(image("rounded", "train", 51.5, -3));
    TableStore tables =
        run(
            "positions",
            catalogue,
            3,
            "bin.min_images=1",
            "select.count=40",
            "select.rules.near_duplicate_bits=-1",
            "select.rules.min_decimals=2",
            "select.rules.max_at_one_point=30",
            "select.rules.min_sequence_meters=100");
    Map<String, Row> rejections = byId(tables.read(Tables.REJECTIONS).collectAsList());
    Map<String, Long> rules =
        rejections.values().stream()
            .collect(Collectors.groupingBy(row -> row.getAs("rule"), Collectors.counting()));
    // Frames are 17 m apart on the 40th parallel: every sixth is kept.
    assertThat(rules)
        .containsEntry("coordinate_spike", 40L)
        .containsEntry("min_sequence_meters", 33L)
        .containsEntry("min_decimals", 1L);
    assertThat(rejections.get("rounded").<Double>getAs("measured_value")).isEqualTo(1);
    assertThat(rejections.get("center-07").<Double>getAs("measured_value")).isEqualTo(40);
    assertThat(rejections.get("center-07").<String>getAs("detail")).isEqualTo("at 48.85341 2.3488");
    assertThat(rejections.get("frame-05").<String>getAs("detail")).isEqualTo("after frame-00");
    assertThat(rejections.get("frame-05").<Double>getAs("measured_value"))
        .isCloseTo(85.2, within(0.1));
    assertThat(rejections).doesNotContainKey("frame-06");
  }

  @Test
  void theFunnelCountsEveryRule() {
    TableStore tables = read("selected");
    List<Row> funnel = tables.read(Tables.FUNNEL).orderBy("step").collectAsList();
    long trained = tables.read(Tables.BINNED).where("split = 'train'").count();
    // Those of the benchmark do not count, with an id or without.
    assertThat(funnel.get(0)).isEqualTo(RowFactory.create(0, "read", 0L, trained + 1));
    assertThat(funnel.get(1)).isEqualTo(RowFactory.create(1, "unreadable", 1L, trained));
    assertThat(funnel.get(funnel.size() - 1).getString(1)).isEqualTo("not_sampled");
    assertThat(funnel.get(funnel.size() - 1).getLong(3)).isEqualTo(300);
    Map<String, Long> rejected =
        tables.read(Tables.REJECTIONS).groupBy("rule").count().collectAsList().stream()
            .collect(Collectors.toMap(row -> row.getString(0), row -> row.getLong(1)));
    assertThat(
            funnel.stream()
                .skip(2)
                .collect(
                    Collectors.toMap(
                        row -> row.<String>getAs("rule"), row -> row.<Long>getAs("images"))))
        .isEqualTo(rejected);
  }

  @Test
  void tellsHowTheSelectionIsSpread() {
    TableStore tables = read("selected");
    Map<String, Row> spread =
        tables.read(Tables.DIVERSITY).collectAsList().stream()
            .collect(Collectors.toMap(row -> row.getAs("sample"), Function.identity()));
    assertThat(spread).containsOnlyKeys("selection", "uniform", "population");
    assertThat(spread.values()).allMatch(row -> row.<Long>getAs("images") == 300);
    Diversity selection = diversity("selected");
    Row row = spread.get("selection");
    assertThat(row.<Long>getAs("cells")).isEqualTo(selection.cells());
    assertThat(row.<Double>getAs("land_divergence"))
        .isCloseTo(selection.landDivergence(), within(1e-9));
    assertThat(row.<Double>getAs("median_nearest_km")).isEqualTo(selection.medianNearestKm());
    assertThat(row.<Double>getAs("evenness"))
        .isLessThan(spread.get("uniform").getAs("evenness"))
        .isGreaterThan(spread.get("population").getAs("evenness"));
  }

  private static Diversity diversity(String name) {
    Map<String, Row> binned = byId(read(name).read(Tables.BINNED).collectAsList());
    return Diversity.of(
        read(name).read(Tables.SELECTION).collectAsList().stream()
            .map(
                row -> {
                  Row image = binned.get(row.<String>getAs("image_id"));
                  return new Diversity.Placed(
                      new GeoPoint(
                          image.<Double>getAs("latitude"), image.<Double>getAs("longitude")),
                      row.getAs("leaf_cell_id"),
                      image.getAs("country"));
                })
            .toList());
  }

  private static Map<String, Row> byId(List<Row> rows) {
    return rows.stream()
        .collect(Collectors.toMap(row -> row.<String>getAs("image_id"), Function.identity()));
  }

  /** The Parquet files of both tables. */
  private static byte[][] bytes(String name) throws IOException {
    assertThat(read(name).has(Tables.SELECTION.name())).isTrue();
    List<byte[]> files = new ArrayList<>();
    for (String table : List.of("selection", "rejections")) {
      try (Stream<Path> all = Files.walk(folder.resolve(name).resolve("tables").resolve(table))) {
        for (Path file :
            all.filter(path -> path.toString().endsWith(".parquet")).sorted().toList()) {
          files.add(Files.readAllBytes(file));
        }
      }
    }
    assertThat(files).hasSize(2);
    return files.toArray(byte[][]::new);
  }
}
