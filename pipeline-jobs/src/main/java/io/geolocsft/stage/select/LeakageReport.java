package io.geolocsft.stage.select;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import com.google.common.collect.Ordering;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.select.Leakage;
import io.geolocsft.select.Leakage.Limits;
import io.geolocsft.select.Leakage.Rule;
import io.geolocsft.table.Tables;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.reflect.ClassTag$;

/**
 * Counts what a training set leaks of a benchmark. Each executor holds the benchmark; training
 * images only pass by.
 */
public final class LeakageReport {

  private static final StructType FOUND =
      new StructType()
          .add("rule", DataTypes.StringType, false)
          .add("benchmark_id", DataTypes.StringType, true)
          .add("training_id", DataTypes.StringType, true)
          .add("training_images", DataTypes.LongType, false);

  private LeakageReport() {}

  /**
   * Rows of {@link Tables#LEAKAGE}, one a rule that the limits switch on.
   *
   * @param name the benchmark's
   * @param training columns image_id, latitude and longitude and, where they are known, sha256,
   *     perceptual_hash, cell_id, sequence_id and author
   * @param benchmark the same
   */
  public static List<Row> rows(
      String name, Dataset<Row> training, Dataset<Row> benchmark, Limits limits) {
    SparkSession spark = training.sparkSession();
    List<Leakage.Image> held =
        benchmark.collectAsList().stream().map(LeakageReport::image).toList();
    Broadcast<Index> index =
        spark
            .sparkContext()
            .broadcast(new Index(held, limits), ClassTag$.MODULE$.apply(Index.class));
    try {
      Map<String, Row> found = new TreeMap<>();
      training
          .mapPartitions(new Search(index), Encoders.row(FOUND))
          .groupBy("rule")
          .agg(
              count_distinct(col("benchmark_id")).as("benchmark_images"),
              sum("training_images").as("training_images"),
              min(when(col("benchmark_id").isNotNull(), struct("benchmark_id", "training_id")))
                  .as("example"))
          .collectAsList()
          .forEach(row -> found.put(row.getAs("rule"), row));
      long all = training.count();
      return rules(limits).stream()
          .map(rule -> row(name, rule, limits, found.get(rule.word()), held.size(), all))
          .toList();
    } finally {
      index.destroy();
    }
  }

  /**
   * Refuses what may not be.
   *
   * @param rows of {@link Tables#LEAKAGE}
   * @param forbidden rules under which no benchmark image may be counted
   * @throws DataException naming all that are
   * @throws ConfigException if one of the rules was not counted at all
   */
  public static void block(List<Row> rows, List<String> forbidden) {
    for (String rule : forbidden) {
      if (!rows.isEmpty() && rows.stream().noneMatch(row -> rule.equals(row.getAs("rule")))) {
        throw new ConfigException(
            "The rule %s is blocked, but its limit switches it off: set one, or no longer block it"
                .formatted(rule));
      }
    }
    String found =
        rows.stream()
            .filter(row -> forbidden.contains(row.<String>getAs("rule")))
            .filter(row -> row.<Long>getAs("benchmark_images") > 0)
            .map(
                row ->
                    String.format(
                        Locale.ROOT,
                        "%d of %d images of %s by the rule %s, as %s by %s",
                        row.<Long>getAs("benchmark_images"),
                        row.<Long>getAs("benchmark_total"),
                        row.getAs("benchmark"),
                        row.getAs("rule"),
                        row.getAs("example_benchmark"),
                        row.getAs("example_training")))
            .collect(Collectors.joining("; "));
    if (!found.isEmpty()) {
      throw new DataException(
          "The training images leak %s. Leave these out (select.rules), or no longer block the rule (select.block_leakage)."
              .formatted(found));
    }
  }

  private static List<Rule> rules(Limits limits) {
    List<Rule> rules = new ArrayList<>(List.of(Rule.values()));
    rules.removeIf(
        rule ->
            switch (rule) {
              case COPY -> false;
              case NEAR_DUPLICATE -> limits.hashBits() < 0;
              case CELL -> !limits.cells();
              case DISTANCE -> limits.bufferKm() <= 0;
              case SEQUENCE -> !limits.sequences();
              case AUTHOR -> !limits.authors();
            });
    return rules;
  }

  private static Row row(
      String name, Rule rule, Limits limits, Row found, long benchmarks, long trainings) {
    Row example = found == null ? null : found.getAs("example");
    Double limit =
        switch (rule) {
          case NEAR_DUPLICATE -> (double) limits.hashBits();
          case DISTANCE -> limits.bufferKm();
          default -> null;
        };
    Object[] values = {
      name,
      rule.word(),
      limit,
      found == null ? 0L : found.<Long>getAs("benchmark_images"),
      benchmarks,
      found == null ? 0L : found.<Long>getAs("training_images"),
      trainings,
      example == null ? null : example.getString(0),
      example == null ? null : example.getString(1)
    };
    return new GenericRowWithSchema(values, Tables.LEAKAGE.struct());
  }

  private static Leakage.Image image(Row row) {
    return new Leakage.Image(
        row.getAs("image_id"),
        known(row, "sha256"),
        known(row, "perceptual_hash"),
        new GeoPoint(row.<Double>getAs("latitude"), row.<Double>getAs("longitude")),
        known(row, "cell_id"),
        known(row, "sequence_id"),
        known(row, "author"));
  }

  private static <T> T known(Row row, String column) {
    return row.schema().getFieldIndex(column).isEmpty() ? null : row.getAs(column);
  }

  /** Built once on each executor. */
  private static final class Index implements Serializable {

    @Serial private static final long serialVersionUID = 1L;

    private final List<Leakage.Image> benchmark;
    private final Limits limits;
    private transient Leakage leakage;

    Index(List<Leakage.Image> benchmark, Limits limits) {
      this.benchmark = List.copyOf(benchmark);
      this.limits = limits;
    }

    synchronized Leakage get() {
      if (leakage == null) {
        leakage = new Leakage(benchmark, limits);
      }
      return leakage;
    }
  }

  /** What the training images of a partition leak: few rows, however many they are. */
  private record Search(Broadcast<Index> index) implements MapPartitionsFunction<Row, Row> {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      Leakage leakage = index.value().get();
      Map<Rule, TreeMap<String, String>> found = new EnumMap<>(Rule.class);
      Map<Rule, Long> counts = new EnumMap<>(Rule.class);
      while (rows.hasNext()) {
        Leakage.Image image = image(rows.next());
        Set<Rule> here = EnumSet.noneOf(Rule.class);
        leakage.matches(
            image,
            (rule, held) -> {
              here.add(rule);
              found
                  .computeIfAbsent(rule, unused -> new TreeMap<>())
                  .merge(held.imageId(), image.imageId(), Ordering.natural()::min);
            });
        here.forEach(rule -> counts.merge(rule, 1L, Long::sum));
      }
      List<Row> told = new ArrayList<>();
      counts.forEach((rule, count) -> told.add(RowFactory.create(rule.word(), null, null, count)));
      found.forEach(
          (rule, pairs) ->
              pairs.forEach((held, by) -> told.add(RowFactory.create(rule.word(), held, by, 0L))));
      return told.iterator();
    }
  }
}
