package io.geolocsft.stage.evaluate;

import com.google.common.base.Splitter;
import com.sun.management.OperatingSystemMXBean;
import io.geolocsft.config.RunSettings;
import io.geolocsft.evaluate.Bootstrap;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Evaluation;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.SliceDimension;
import io.geolocsft.sql.GeoExtensions;
import io.geolocsft.table.Tables;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * How fast predictions are judged, with and without slices, in one session of two cores, and how
 * much of them comes to the driver; a million beside a program that is given.
 */
final class EvaluateBench {

  private static final int PREDICTIONS_PER_FILE = 2_000_000;
  private static final int RESAMPLES = 1_000;
  private static final int ROUNDS = 3;

  private final SparkSession spark;
  private final Path work;
  private final AtomicLong resultBytes = new AtomicLong();

  private EvaluateBench(SparkSession spark, Path work) {
    this.spark = spark;
    this.work = work;
    spark
        .sparkContext()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onTaskEnd(SparkListenerTaskEnd end) {
                resultBytes.addAndGet(end.taskMetrics().resultSize());
              }
            });
  }

  /**
   * @param arguments a folder to keep predictions in, millions of them, such as 1,48, and the
   *     command of the peer, which gets a file
   */
  public static void main(String[] arguments) throws Exception {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("bench evaluate")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "8")
            .config("spark.sql.extensions", GeoExtensions.class.getName())
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    EvaluateBench bench = new EvaluateBench(spark, Path.of(arguments[0]));
    try {
      List<Integer> millions =
          Splitter.on(',').splitToStream(arguments[1]).map(Integer::valueOf).toList();
      bench.run(millions);
      if (arguments.length > 2) {
        bench.besidePeer(List.of(arguments).subList(2, arguments.length));
      }
    } finally {
      spark.stop();
    }
  }

  private void run(List<Integer> millions) throws Exception {
    judge(1, SliceDimension.usual()); // the first call loads classes
    print(
        "%14s %8s %12s %12s %10s %22s %12s",
        "M predictions",
        "slices",
        "seconds",
        "of the CPU",
        "figures",
        "bytes to the driver",
        "heap in use");
    for (int size : millions) {
      for (List<SliceDimension> dimensions :
          List.of(List.<SliceDimension>of(), SliceDimension.usual())) {
        judge(size, dimensions);
      }
    }
  }

  private double judge(int millions, List<SliceDimension> dimensions) throws Exception {
    Dataset<Row> predictions = predictions(millions);
    long before = resultBytes.get();
    long cpu = cpuNanos();
    long begin = System.nanoTime();
    List<Figure> figures =
        new Judge(new RunSettings("bench", 42, "bench-1"), dimensions, Evaluation.EXACT_IMAGES)
            .figures(
                new Evaluation(
                    Convention.standard(), new Bootstrap(RESAMPLES, 0.95, 42), true, 20, List.of()),
                predictions,
                Map.of("made", millions * 1_000_000L),
                spark.sparkContext().longAccumulator());
    double seconds = (System.nanoTime() - begin) / 1e9;
    double cpuSeconds = (cpuNanos() - cpu) / 1e9;
    Thread.sleep(200); // the listener hears of the last tasks a little later
    long bytes = resultBytes.get() - before;
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    print(
        "%14d %8d %10.1f s %10.1f s %10d %22d %8d MiB",
        millions,
        figures.stream().map(Figure::slice).distinct().count(),
        seconds,
        cpuSeconds,
        figures.size(),
        bytes,
        (runtime.totalMemory() - runtime.freeMemory()) >> 20);
    return seconds;
  }

  /** A million predictions without slices, in turn. */
  private void besidePeer(List<String> command) throws Exception {
    Path file = work.resolve("million.f64");
    write(predictions(1), file);
    double[] ours = new double[ROUNDS];
    double[] theirs = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      ours[round] = judge(1, List.of());
      Process process =
          new ProcessBuilder(Stream.concat(command.stream(), Stream.of(file.toString())).toList())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      theirs[round] = Double.parseDouble(told.strip().lines().reduce((a, b) -> b).orElseThrow());
      System.out.print(told);
    }
    Arrays.sort(ours);
    Arrays.sort(theirs);
    print(
        "a million predictions, %d resamples, medians of %d rounds in turn: %.2f s, NumPy %.2f s, %.1fx",
        RESAMPLES,
        ROUNDS,
        ours[ROUNDS / 2],
        theirs[ROUNDS / 2],
        theirs[ROUNDS / 2] / ours[ROUNDS / 2]);
  }

  /** Rows of five doubles: the truth, the answer (NaN where there is none), the author's number. */
  private static void write(Dataset<Row> predictions, Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      Iterator<Row> rows =
          predictions
              .selectExpr(
                  "truth_latitude",
                  "truth_longitude",
                  "latitude",
                  "longitude",
                  "CAST(substring(author, 8) AS DOUBLE)")
              .toLocalIterator();
      while (rows.hasNext()) {
        Row row = rows.next();
        for (int i = 0; i < 5; i++) {
          double value = row.isNullAt(i) ? Double.NaN : row.getDouble(i);
          out.writeLong(Long.reverseBytes(Double.doubleToRawLongBits(value)));
        }
      }
    }
  }

  private Dataset<Row> predictions(int millions) throws IOException {
    Path place = work.resolve("predictions-" + millions);
    if (!Files.exists(place.resolve("_SUCCESS"))) {
      made(millions * 1_000_000L)
          .write()
          .mode("overwrite")
          .option("compression", "zstd")
          .partitionBy("benchmark")
          .parquet(place.toString());
    }
    return spark.read().schema(Tables.PREDICTIONS.struct()).parquet(place.toString());
  }

  /**
   * Errors from a metre to half round Earth, one answer in twenty missing; an author has ten images
   * on average, a country, few have many.
   */
  private Dataset<Row> made(long count) {
    int files = (int) Math.max(2, count / PREDICTIONS_PER_FILE);
    return spark
        .range(0, count, 1, files)
        .selectExpr(
            "id",
            "pmod(xxhash64(id, 1), 130000000) / 1e6 - 60 AS truth_latitude",
            "pmod(xxhash64(id, 2), 360000000) / 1e6 - 180 AS truth_longitude",
            "pow(10, pmod(xxhash64(id, 3), 1000000) / 1e6 * 6.9 - 5) AS degrees",
            "pmod(xxhash64(id, 4), 20) AS kind",
            "pmod(xxhash64(id, 5), %s) AS author".formatted(Math.max(1, count / 10)),
            "pmod(xxhash64(id, 6), 1000000) / 1e6 AS chance")
        .selectExpr(
            "*",
            "IF(kind = 0, NULL, IF(truth_latitude > degrees - 90, truth_latitude - degrees, least(90D, truth_latitude + degrees))) AS latitude",
            "IF(kind = 0, NULL, truth_longitude) AS longitude",
            "CAST(200 * chance * chance AS INT) AS country_number")
        .selectExpr(
            "'bench-1' AS run_id",
            "'bench' AS run_name",
            "'tuned' AS model",
            "format_string('%012d', id) AS image_id",
            "latitude",
            "longitude",
            "CAST(NULL AS DOUBLE) AS radius_km",
            "truth_latitude",
            "truth_longitude",
            "IF(kind = 0, NULL, great_circle_km(latitude, longitude, truth_latitude, truth_longitude)) AS distance_km",
            "CAST(NULL AS DOUBLE) AS geoscore",
            "concat('country ', country_number) AS country",
            "element_at(array('Africa', 'Asia', 'Europe', 'North America', 'Oceania', 'South America'), country_number % 6 + 1) AS region",
            "pow(10, chance * 5 - 1) AS population_density",
            "1 AS candidates",
            "CASE kind WHEN 0 THEN 'no_coordinates' WHEN 1 THEN 'lenient' ELSE 'strict' END AS parse_status",
            "concat('author ', author) AS author",
            "CAST(NULL AS STRING) AS answer_country",
            "CAST(NULL AS STRING) AS answer_admin1",
            "IF(kind = 0, false, degrees < 1) AS same_country",
            "IF(kind = 0, false, degrees < 0.1) AS same_admin1",
            "IF(kind = 0, false, degrees < 0.01) AS same_place",
            "CAST(NULL AS DOUBLE) AS radius_50_km",
            "CAST(NULL AS DOUBLE) AS radius_90_km",
            "CAST(NULL AS BOOLEAN) AS within_radius_50",
            "CAST(NULL AS BOOLEAN) AS within_radius_90",
            "'made' AS benchmark");
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
