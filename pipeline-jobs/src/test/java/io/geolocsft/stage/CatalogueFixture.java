package io.geolocsft.stage;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.Wkb;
import io.geolocsft.table.Tables;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Rows of {@code catalogue} without images. */
public final class CatalogueFixture {

  private static final List<String> COLUMNS = List.of(Tables.CATALOGUE.struct().fieldNames());

  private CatalogueFixture() {}

  /** A good image of 64 x 64 px that looks like no other. */
  public static Row image(String id, String split, double lat, double lon) {
    long hash = id.hashCode() * 0x9E3779B97F4A7C15L;
    return image(id, split, lat, lon, "sha-" + id, hash ^ hash >>> 31, 500, null);
  }

  public static Row image(
      String id,
      String split,
      double lat,
      double lon,
      String sha,
      long hash,
      double blur,
      String author) {
    Object[] values = new Object[COLUMNS.size()];
    set(values, "image_id", id);
    set(values, "source", "test");
    set(values, "split", split);
    set(values, "uri", id + ".jpg");
    set(values, "sha256", sha);
    set(values, "width", 64);
    set(values, "height", 64);
    set(values, "perceptual_hash", hash);
    set(values, "blur", blur);
    set(values, "brightness", 120.0);
    set(values, "contrast", 40.0);
    set(values, "entropy", 6.5);
    set(values, "latitude", lat);
    set(values, "longitude", lon);
    set(values, "geometry", Wkb.point(new GeoPoint(lat, lon)));
    set(values, "bbox", RowFactory.create(lon, lat, lon, lat));
    set(values, "captured_at", Timestamp.from(Instant.parse("2018-06-01T12:00:00Z")));
    set(values, "author", author);
    return RowFactory.create(values);
  }

  /**
   * Training images, most of them in a few towns, with exact and near duplicates, blurred and
   * misplaced ones, and a benchmark of a twentieth as many.
   */
  public static List<Row> skewed(long seed, int count) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      GeoPoint at = anywhere(random);
      long hash = random.nextLong();
      String sha = "sha-" + i;
      double blur = 100 + random.nextInt(900);
      Row other = rows.isEmpty() ? null : rows.get(random.nextInt(rows.size()));
      int flaw = other == null ? 99 : random.nextInt(100);
      if (flaw < 4) {
        sha = other.getAs(COLUMNS.indexOf("sha256"));
        hash = other.getLong(COLUMNS.indexOf("perceptual_hash"));
      } else if (flaw < 14) {
        hash = other.getLong(COLUMNS.indexOf("perceptual_hash")) ^ 1L << random.nextInt(64);
      } else if (flaw < 16) {
        blur = random.nextInt(20);
      } else if (flaw < 17) {
        at = new GeoPoint(0, 0);
      } else if (flaw < 18) {
        // London, exchanged: in the Indian Ocean.
        at = new GeoPoint(-0.1, 51.5 + random.nextDouble() / 10);
      }
      String split = i % 20 == 7 ? "bench" : "train";
      String author = i % 3 == 0 ? null : "author" + (int) Math.exp(random.nextDouble(5));
      rows.add(
          image(
              String.format(Locale.ROOT, "image-%05d", i),
              split,
              at.latitude(),
              at.longitude(),
              sha,
              hash,
              blur,
              author));
    }
    return rows;
  }

  private static GeoPoint anywhere(Random random) {
    int town = random.nextInt(14);
    return town < 8
        ? new GeoPoint(town * 7 + random.nextGaussian() / 2, town * 12 + random.nextGaussian() / 2)
        : new GeoPoint(random.nextDouble(-60, 75), random.nextDouble(-180, 180));
  }

  /** The same image with another value in a column. */
  public static Row with(Row image, String column, Object value) {
    Object[] values = new Object[image.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = image.get(i);
    }
    set(values, column, value);
    return RowFactory.create(values);
  }

  private static void set(Object[] values, String column, Object value) {
    values[COLUMNS.indexOf(column)] = value;
  }
}
