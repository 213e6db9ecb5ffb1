package io.geolocsft.stage;

import static java.util.Map.entry;

import io.geolocsft.SparkFixture;
import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.Wkb;
import io.geolocsft.table.Lineage;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The tables that a run has before it is evaluated, over made-up images: 24 to train on, of which
 * the first 12 are selected, and 10 in each of two benchmarks. An image's grey value is its
 * longitude, so the nearest image in pixels is also the nearest in longitude.
 */
public final class MadeRun {

  /** Who writes what is published here. */
  private static final Map<String, String> STAGES =
      Map.ofEntries(
          entry("binned", "bin"),
          entry("thumbnails", "ingest"),
          entry("errors_ingest", "ingest"),
          entry("selection", "select"),
          entry("rejections", "select"),
          entry("funnel", "select"),
          entry("diversity", "select"),
          entry("neighbours", "neighbours"),
          entry("candidates", "infer"),
          entry("calibration", "calibrate"),
          entry("reliability", "calibrate"),
          entry("training_log", "sft"));

  static final List<String> BENCHMARKS = List.of("photos", "sparse");

  public final SparkSession spark = SparkFixture.session();
  public final TableStore tables;
  final PipelineConfig config;

  private final Path folder;

  public MadeRun(Path folder, String... settings) throws IOException {
    this.folder = folder;
    tables = TableStore.open(spark, folder.resolve("out").toString()).with(lineage("evaluate"));
    List<String> all =
        new ArrayList<>(List.of("evaluate.bootstrap_samples=50", "evaluate.min_slice=3"));
    all.addAll(List.of(settings));
    config = ConfigReader.read(Path.of("../conf/quickstart.yaml"), all, Map.of());
  }

  public StageContext context() {
    return StageContext.quiet(spark, config, tables);
  }

  /** A context that adds what it is told to a list. */
  public StageContext context(List<String> told) {
    StageContext quiet = context();
    return new StageContext() {
      @Override
      public SparkSession spark() {
        return quiet.spark();
      }

      @Override
      public PipelineConfig config() {
        return quiet.config();
      }

      @Override
      public TableStore tables() {
        return quiet.tables();
      }

      @Override
      public Progress progress(String label, long total, String unit) {
        return quiet.progress(label, total, unit);
      }

      @Override
      public void tell(String text) {
        told.add(text);
      }
    };
  }

  private static Lineage lineage(String stage) {
    return new Lineage(stage, Map.of(), 1, "test", Map.of());
  }

  /**
   * Publishes {@code binned}, {@code thumbnails}, {@code selection}, {@code neighbours} (of the
   * image at longitude 5 i + 1 the selected one at 5 i) and {@code calibration} (the tuned model's
   * first answers hold the truth within 50 km and 200 km), and writes the images.
   */
  public MadeRun withImages() throws IOException {
    List<Row> rows = new ArrayList<>();
    List<Row> chosen = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      rows.add(binned("train", i, 10, 5 * i));
      if (i < 12) {
        chosen.add(row(Tables.SELECTION, Map.of("image_id", id("train", i), "rank", i)));
      }
    }
    for (String benchmark : BENCHMARKS) {
      for (int i = 0; i < 10; i++) {
        rows.add(binned(benchmark, i, benchmark.equals("photos") ? 20 : -20, 5 * i + 1));
      }
    }
    publish(Tables.BINNED, rows);
    publish(Tables.THUMBNAILS, rows.stream().map(MadeRun::thumbnail).toList());
    publish(Tables.SELECTION, chosen);
    publish(Tables.NEIGHBOURS, neighbours());
    publish(
        Tables.CALIBRATION,
        List.of(
            row(
                Tables.CALIBRATION,
                Map.of(
                    "model",
                    "tuned",
                    "aggregation",
                    "first",
                    "images",
                    40,
                    "radius_50_km",
                    50.0,
                    "radius_90_km",
                    200.0))));
    publish(
        Tables.RELIABILITY,
        Stream.of("first", "mean")
            .map(
                aggregation ->
                    row(
                        Tables.RELIABILITY,
                        Map.of(
                            "model",
                            "tuned",
                            "aggregation",
                            aggregation,
                            "stated",
                            0.9,
                            "held",
                            0.875,
                            "images",
                            40)))
            .toList());
    return this;
  }

  private static List<Row> neighbours() {
    List<Row> rows = new ArrayList<>();
    for (String benchmark : BENCHMARKS) {
      for (int i = 0; i < 10; i++) {
        for (int rank = 1; rank <= 2; rank++) {
          rows.add(
              row(
                  Tables.NEIGHBOURS,
                  Map.of(
                      "benchmark",
                      benchmark,
                      "image_id",
                      id(benchmark, i),
                      "rank",
                      rank,
                      "latitude",
                      10.0,
                      "longitude",
                      5.0 * (i + rank - 1),
                      "similarity",
                      1f / rank)));
        }
      }
    }
    return rows;
  }

  public MadeRun withCandidates() {
    return withCandidates(UnaryOperator.identity());
  }

  /**
   * Publishes {@code candidates}: the tuned model is one degree off, the base model ten, and the
   * base model leaves out the last image and names no place for the first.
   *
   * @param text what every text is passed through
   */
  public MadeRun withCandidates(UnaryOperator<String> text) {
    List<Row> rows = new ArrayList<>();
    for (String benchmark : BENCHMARKS) {
      double latitude = benchmark.equals("photos") ? 20 : -20;
      for (int i = 0; i < 10; i++) {
        double longitude = 5 * i + 1;
        String answer = text.apply("answer " + i);
        rows.add(candidate(benchmark, "tuned", i, 0, latitude + 1, longitude, answer));
        if (i == 0) {
          rows.add(candidate(benchmark, "base", i, 0, null, null, answer));
        } else if (i < 9) {
          rows.add(candidate(benchmark, "base", i, 0, latitude + 10, longitude, answer));
        }
      }
    }
    publish(Tables.CANDIDATES, rows);
    return this;
  }

  /** Publishes what else the report reads; every text is passed through a function first. */
  public MadeRun withTheRest(UnaryOperator<String> text) {
    List<Row> rejected = new ArrayList<>();
    for (int i = 12; i < 24; i++) {
      String rule = text.apply(i < 15 ? "min_blur" : "not_sampled");
      rejected.add(row(Tables.REJECTIONS, Map.of("image_id", id("train", i), "rule", rule)));
    }
    publish(Tables.REJECTIONS, rejected);
    publish(
        Tables.FUNNEL,
        List.of(
            RowFactory.create(0, "read", 0L, 25L),
            RowFactory.create(1, "unreadable", 1L, 24L),
            RowFactory.create(2, text.apply("min_blur"), 3L, 21L),
            RowFactory.create(3, text.apply("not_sampled"), 9L, 12L)));
    publish(
        Tables.DIVERSITY,
        List.of(
            row(
                Tables.DIVERSITY,
                Map.of("sample", "selection", "cells", 12L, "countries", 3L, "evenness", 0.5)),
            row(Tables.DIVERSITY, Map.of("sample", text.apply("population")))));
    publish(
        Tables.errorsOf("ingest"),
        List.of(
            row(Tables.ERRORS, Map.of("stage", "ingest", "message", text.apply("broken"))),
            row(Tables.ERRORS, Map.of("stage", "ingest", "image_id", "photos:1"))));
    List<Row> steps = new ArrayList<>();
    // Not every step is logged; the last one is.
    for (int step : new int[] {0, 10, 20, 30, 59}) {
      for (int rank = 0; rank < 2; rank++) {
        steps.add(
            row(
                Tables.TRAINING_LOG,
                Map.of(
                    "step",
                    step,
                    "rank",
                    rank,
                    "epoch",
                    Math.floor(step / 10.0),
                    "steps",
                    60,
                    "loss",
                    1.75,
                    "learning_rate",
                    1e-3,
                    "target_tokens",
                    rank == 0 ? 300L : 100L)));
      }
    }
    publish(Tables.TRAINING_LOG, steps);
    return this;
  }

  public static String id(String split, int number) {
    return split + "/" + number;
  }

  public void deleteImage(String split, int number) throws IOException {
    Files.delete(image(split, number));
  }

  public void publish(TableSchema table, List<Row> rows) {
    tables
        .with(lineage(STAGES.get(table.name())))
        .publish(table, spark.createDataFrame(rows, table.struct()).coalesce(1));
  }

  /** A row of the columns that matter; the others are empty, zero or null. */
  public static Row row(TableSchema table, Map<String, Object> values) {
    return RowFactory.create(
        Stream.of(table.struct().fields())
            .map(
                field ->
                    values.containsKey(field.name())
                        ? values.get(field.name())
                        : field.nullable() ? null : empty(field.dataType().typeName()))
            .toArray());
  }

  private static Object empty(String type) {
    return switch (type) {
      case "string" -> "";
      case "integer" -> 0;
      case "long" -> 0L;
      case "double" -> 0.0;
      case "float" -> 0f;
      case "array" -> new Integer[0];
      case "binary" -> Wkb.point(new GeoPoint(0, 0));
      case "struct" -> RowFactory.create(0.0, 0.0, 0.0, 0.0);
      default -> throw new IllegalArgumentException(type);
    };
  }

  /** Publishes several candidates of the tuned model, whose mean is one degree off. */
  public MadeRun withSeveralCandidates(UnaryOperator<String> text) {
    List<Row> rows = new ArrayList<>();
    for (String benchmark : BENCHMARKS) {
      double latitude = benchmark.equals("photos") ? 20 : -20;
      for (int i = 0; i < 10; i++) {
        double longitude = 5 * i + 1;
        rows.add(
            candidate(benchmark, "tuned", i, 0, latitude - 8, longitude, text.apply("first " + i)));
        rows.add(
            candidate(
                benchmark, "tuned", i, 1, latitude + 0.5, longitude, text.apply("answer " + i)));
        rows.add(
            candidate(
                benchmark, "tuned", i, 2, latitude + 10.5, longitude, text.apply("third " + i)));
        rows.add(candidate(benchmark, "tuned", i, 3, null, null, text.apply("nowhere " + i)));
      }
    }
    publish(Tables.CANDIDATES, rows);
    return this;
  }

  private static Row candidate(
      String benchmark,
      String model,
      int number,
      int k,
      Double latitude,
      Double longitude,
      String text) {
    Map<String, Object> values = new HashMap<>();
    values.put("benchmark", benchmark);
    values.put("model", model);
    values.put("image_id", id(benchmark, number));
    values.put("k", k);
    values.put("latitude", latitude);
    values.put("longitude", longitude);
    values.put("log_probability", -1.0);
    values.put("text", text);
    values.put("parse_status", latitude == null ? "no_coordinates" : "strict");
    return row(Tables.CANDIDATES, values);
  }

  /** Of an image that is as grey as its longitude. */
  private static Row thumbnail(Row binned) {
    StructType columns = Tables.BINNED.struct();
    byte[] rgb = new byte[16 * 16 * 3];
    Arrays.fill(rgb, (byte) binned.getDouble(columns.fieldIndex("longitude")));
    return RowFactory.create(binned.get(columns.fieldIndex("image_id")), rgb);
  }

  private Row binned(String split, int number, double latitude, double longitude)
      throws IOException {
    Path file = image(split, number);
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
    int grey = (int) longitude;
    for (int i = 0; i < 400; i++) {
      image.setRGB(i % 20, i / 20, grey << 16 | grey << 8 | grey);
    }
    ImageIO.write(image, "png", file.toFile());
    Map<String, Object> values = new HashMap<>();
    values.put("image_id", id(split, number));
    values.put("split", split);
    values.put("uri", file.toUri().toString());
    values.put("latitude", latitude);
    values.put("longitude", longitude);
    values.put("author", "author " + number / 2);
    values.put("country", number < 5 ? "TD" : "SD");
    values.put("region", "Africa");
    values.put("population_density", number * 1.0);
    return row(Tables.BINNED, values);
  }

  private Path image(String split, int number) {
    return folder.resolve("images").resolve(split).resolve(number + ".png");
  }
}
