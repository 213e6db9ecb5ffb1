package io.geolocsft.ml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.base.Splitter;
import com.google.common.geometry.S2CellId;
import com.google.common.geometry.S2LatLng;
import io.geolocsft.geo.CountryIndex;
import io.geolocsft.sql.GeoExtensions;
import io.geolocsft.stage.select.LookAlikesBench;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * How fast points are binned and drawn, and how that grows with their number, beside Apache Sedona
 * and a Java UDF on the same points, in one session of two cores.
 */
final class DataplaneBench {

  /** Its functions, by the class that its documentation names; it is on this class path alone. */
  private static final String SEDONA = "org.apache.sedona.sql.SedonaSqlExtensions";

  private static final int CELL_LEVEL = 13;
  private static final int POINTS_PER_PARTITION = 500_000;
  private static final int ROUNDS = 3;
  private static final String READING = "reading the points";

  /** Of so many points; the peer would take minutes for all. */
  private static final int PEER_MILLIONS = 6;

  private final SparkSession spark;
  private final Path work;

  private DataplaneBench(SparkSession spark, Path work) {
    this.spark = spark;
    this.work = work;
  }

  /**
   * @param arguments a folder to keep points in, and millions of points, such as 1,6,60
   */
  public static void main(String[] arguments) throws Exception {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("bench dataplane")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "8")
            .config("spark.sql.extensions", GeoExtensions.class.getName() + "," + SEDONA)
            .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .config("spark.kryo.registrator", "org.apache.sedona.core.serde.SedonaKryoRegistrator")
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    DataplaneBench bench = new DataplaneBench(spark, Path.of(arguments[0]));
    try {
      bench.run(Splitter.on(',').splitToStream(arguments[1]).map(Integer::valueOf).toList());
    } finally {
      spark.stop();
    }
  }

  private void run(List<Integer> millions) throws Exception {
    registerUdf();
    make(PEER_MILLIONS);
    for (int size : millions) {
      make(size);
    }
    peers(Collections.max(millions));
    print(
        "%10s %10s %10s %10s %12s %10s %14s",
        "M points", "S2 cells", "countries", "partition", "cell of leaf", "draw", "bin + select");
    for (int size : millions) {
      Dataset<Row> points = points(size);
      double cells = seconds(() -> sink(points.selectExpr("s2_cell_id(latitude, longitude, 13)")));
      double countries =
          seconds(() -> sink(points.selectExpr("country_code(latitude, longitude)")));
      CellIndexer indexer = new CellIndexer();
      double partition = seconds(() -> indexer.fit(points));
      CellIndexerModel leaves = indexer.fit(points);
      double leaf = seconds(() -> sink(leaves.transform(points).select("cell_id")));
      GeoSampler sampler = new GeoSampler();
      double draw = seconds(() -> sampler.fit(leaves.transform(points)));
      double all = seconds(() -> binAndSelect(points));
      print(
          "%10d %8.1f s %8.1f s %8.1f s %10.1f s %8.1f s %12.1f s   %.2f us a point",
          size, cells, countries, partition, leaf, draw, all, all / size);
    }
    lookAlikes();
  }

  private void lookAlikes() throws Exception {
    print("%10s %18s %14s", "hashes", "near duplicates", "a hash");
    for (int hashes : new int[] {100_000, 100_000, 316_000, 1_000_000}) {
      Dataset<Row> images = LookAlikesBench.images(spark, hashes).cache();
      long count = images.count();
      double seconds =
          seconds(
              () -> {
                if (LookAlikesBench.rejected(images) < count / 20) {
                  throw new IllegalStateException("planted near duplicates were not found");
                }
              });
      print("%10d %16.1f s %11.1f us", hashes, seconds, 1e6 * seconds / count);
      images.unpersist();
    }
  }

  private void binAndSelect(Dataset<Row> points) {
    Dataset<Row> binned = new CellIndexer().fit(points).transform(points);
    Dataset<Row> chosen = new GeoSampler().fit(binned).transform(binned);
    List<Row> rows = chosen.select("image_id", "cell_id", "rank").collectAsList();
    if (rows.size() != 2_700) {
      throw new IllegalStateException(rows.size() + " rows were chosen");
    }
  }

  /** Our cells and countries beside what others do. */
  private void peers(int most) throws Exception {
    Map<String, String> cells = new LinkedHashMap<>();
    cells.put("s2_cell_id", "s2_cell_id(latitude, longitude, 13)");
    cells.put("Java UDF of S2", "udf_s2(latitude, longitude)");
    compare(most, queries(points(most), cells));
    cells.put("Sedona ST_S2CellIDs", "ST_S2CellIDs(ST_Point(longitude, latitude), 13)[0]");
    compare(PEER_MILLIONS, queries(points(PEER_MILLIONS), cells));
    Dataset<Row> points = points(PEER_MILLIONS);
    Map<String, Dataset<Row>> countries =
        queries(points, Map.of("country_code", "country_code(latitude, longitude)"));
    countries.put("Sedona ST_Contains join", sedonaCountries(points));
    compare(PEER_MILLIONS, countries);
  }

  private static Map<String, Dataset<Row>> queries(Dataset<Row> points, Map<String, String> calls) {
    Map<String, Dataset<Row>> queries = new LinkedHashMap<>();
    queries.put(READING, points.selectExpr("latitude + longitude"));
    calls.forEach((name, call) -> queries.put(name, points.selectExpr(call)));
    return queries;
  }

  /** In turn; what it takes to read the same columns is told, and taken off. */
  private static void compare(int millions, Map<String, Dataset<Row>> queries) throws Exception {
    print("%d M points, medians of %d rounds in turn", millions, ROUNDS);
    Map<String, double[]> seconds = new LinkedHashMap<>();
    queries.keySet().forEach(name -> seconds.put(name, new double[ROUNDS]));
    for (int round = -1; round < ROUNDS; round++) {
      for (Map.Entry<String, Dataset<Row>> query : queries.entrySet()) {
        double time = seconds(() -> sink(query.getValue()));
        if (round >= 0) {
          seconds.get(query.getKey())[round] = time;
        }
      }
    }
    double reading = median(seconds.remove(READING));
    double ours = median(seconds.values().iterator().next());
    print("%-24s %7.2f s", READING, reading);
    seconds.forEach(
        (name, times) ->
            print(
                "%-24s %7.2f s, %5.1fx;  without reading %7.2f s, %5.1fx",
                name,
                median(times),
                median(times) / ours,
                median(times) - reading,
                (median(times) - reading) / (ours - reading)));
  }

  /** A join with the same outlines, broadcast, by its own index. */
  private Dataset<Row> sedonaCountries(Dataset<Row> points) throws Exception {
    List<Row> rows = new ArrayList<>();
    try (InputStream raw = CountryIndex.class.getResourceAsStream("countries.geojson.gz");
        InputStream in = new GZIPInputStream(raw)) {
      for (JsonNode feature : new ObjectMapper().readTree(in).get("features")) {
        rows.add(
            RowFactory.create(
                feature.get("properties").get("code").asText(),
                feature.get("geometry").toString()));
      }
    }
    StructType schema =
        new StructType().add("code", DataTypes.StringType).add("json", DataTypes.StringType);
    Dataset<Row> countries =
        spark
            .createDataFrame(rows, schema)
            .selectExpr("code", "ST_GeomFromGeoJSON(json) AS area")
            .cache();
    return points
        .selectExpr("ST_Point(longitude, latitude) AS point")
        .join(functions.broadcast(countries), functions.expr("ST_Contains(area, point)"))
        .select("code");
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private void registerUdf() {
    UDF2<Double, Double, Long> cell =
        (lat, lon) -> S2CellId.fromLatLng(S2LatLng.fromDegrees(lat, lon)).parent(CELL_LEVEL).id();
    spark.udf().register("udf_s2", cell, DataTypes.LongType);
  }

  private Dataset<Row> points(int millions) {
    return spark.read().schema(SkewedPoints.SCHEMA).parquet(place(millions));
  }

  private String place(int millions) {
    return work.resolve("points-" + millions).toString();
  }

  private void make(int millions) {
    if (!Files.exists(Path.of(place(millions), "_SUCCESS"))) {
      long count = millions * 1_000_000L;
      SkewedPoints.of(spark, count, (int) Math.max(2, count / POINTS_PER_PARTITION))
          .write()
          .mode("overwrite")
          .option("compression", "zstd")
          .parquet(place(millions));
    }
  }

  private static void sink(Dataset<Row> rows) {
    rows.write().format("noop").mode("overwrite").save();
  }

  private interface Work {
    void run() throws Exception;
  }

  private static double seconds(Work work) throws Exception {
    long begin = System.nanoTime();
    work.run();
    return (System.nanoTime() - begin) / 1e9;
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
