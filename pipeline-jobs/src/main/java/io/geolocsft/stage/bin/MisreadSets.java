package io.geolocsft.stage.bin;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import io.geolocsft.config.ImageSet;
import io.geolocsft.failure.DataException;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.select.Misreading;
import io.geolocsft.select.Plausibility;
import io.geolocsft.stage.GeoReference;
import io.geolocsft.stage.StageContext;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Looks at the positions of each set of images as a whole. Where many are not plausible, but would
 * be if the columns had been exchanged or had kept their signs, and hardly any would not, the table
 * was misread: what follows would be wrong without a word.
 */
final class MisreadSets implements MapPartitionsFunction<Row, Row> {

  @Serial private static final long serialVersionUID = 1L;

  /** From here on it is told: true positions that look so are much fewer. */
  private static final double TOLD_SHARE = 0.02;

  private static final long TOLD_IMAGES = 3;

  /** A whole table was misread where at most one image speaks against it for so many for it. */
  private static final long FOR_EACH_AGAINST = 4;

  private static final StructType COUNTS =
      new StructType()
          .add("split", DataTypes.StringType, false)
          .add("misreading", DataTypes.StringType, false)
          .add("images", DataTypes.LongType, false)
          .add("better", DataTypes.LongType, false)
          .add("unlikely", DataTypes.LongType, false)
          .add("example", DataTypes.StringType, true);

  private final Broadcast<GeoReference> geography;

  private MisreadSets(Broadcast<GeoReference> geography) {
    this.geography = geography;
  }

  /**
   * Tells of sets that look misread in part.
   *
   * @param binned rows of {@code binned}
   * @throws DataException if one looks misread as a whole, or nearly so
   */
  static void check(StageContext context, Dataset<Row> binned, Broadcast<GeoReference> geography) {
    Map<String, List<Found>> found = new TreeMap<>();
    for (Row row : counts(binned, geography).collectAsList()) {
      Found one = Found.of(row);
      found.computeIfAbsent(one.split(), unused -> new ArrayList<>()).add(one);
    }
    List<String> problems = new ArrayList<>();
    for (ImageSet set : ImageSet.of(context.config())) {
      Found most =
          found.getOrDefault(set.split(), List.of()).stream()
              .max(Comparator.comparingLong(Found::better))
              .orElse(Found.NONE);
      if (most.isWhole() && most.share() > context.config().bin().maxMisreadShare()) {
        problems.add(
            most.text(set)
                + ". If the positions are right, set bin.max_misread_share to 1 to go on");
      } else if (most.better() >= TOLD_IMAGES && most.share() >= TOLD_SHARE) {
        context.tell("warning: " + most.text(set) + advice(most));
      }
    }
    if (!problems.isEmpty()) {
      throw new DataException(String.join("\n", problems));
    }
  }

  private static String advice(Found found) {
    return found.misreading() == Misreading.SWAPPED
        ? ". If these positions are right, set select.rules.reject_swapped to false to keep them"
        : "";
  }

  private static Dataset<Row> counts(Dataset<Row> binned, Broadcast<GeoReference> geography) {
    return binned
        .select("split", "image_id", "latitude", "longitude", "country", "stated_country")
        .mapPartitions(new MisreadSets(geography), Encoders.row(COUNTS))
        .groupBy("split", "misreading")
        .agg(
            sum("images").as("images"),
            sum("better").as("better"),
            sum("unlikely").as("unlikely"),
            min(col("example")).as("example"));
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Plausibility plausibility = new Plausibility(geography.value().earth());
    Map<String, Tally> tallies = new TreeMap<>();
    while (rows.hasNext()) {
      Row row = rows.next();
      tallies.computeIfAbsent(row.getString(0), Tally::new).add(row, plausibility);
    }
    return tallies.values().stream().flatMap(tally -> tally.rows().stream()).iterator();
  }

  /** Counts of one set, by misreading. */
  private static final class Tally {

    private final String split;
    private final long[] better = new long[Misreading.values().length];
    private final long[] unlikely = new long[better.length];
    private final String[] examples = new String[better.length];
    private long images;

    Tally(String split) {
      this.split = split;
    }

    void add(Row row, Plausibility plausibility) {
      GeoPoint at = new GeoPoint(row.getDouble(2), row.getDouble(3));
      String stated = row.getString(5);
      boolean likely = plausibility.isLikely(at, row.getString(4), stated);
      images++;
      for (Misreading misreading : Misreading.values()) {
        boolean otherwise = plausibility.isLikely(misreading, at, stated);
        if (otherwise && !likely) {
          better[misreading.ordinal()]++;
          example(misreading.ordinal(), row.getString(1), at);
        } else if (!otherwise) {
          unlikely[misreading.ordinal()]++;
        }
      }
    }

    private void example(int misreading, String imageId, GeoPoint at) {
      String example =
          "%s at latitude %s, longitude %s".formatted(imageId, at.latitude(), at.longitude());
      if (examples[misreading] == null || example.compareTo(examples[misreading]) < 0) {
        examples[misreading] = example;
      }
    }

    List<Row> rows() {
      List<Row> rows = new ArrayList<>();
      for (Misreading misreading : Misreading.values()) {
        int at = misreading.ordinal();
        rows.add(
            RowFactory.create(
                split, misreading.name(), images, better[at], unlikely[at], examples[at]));
      }
      return rows;
    }
  }

  /**
   * What speaks for a misreading and against it.
   *
   * @param better images whose positions it alone makes plausible
   * @param unlikely images whose positions it leaves or makes implausible
   */
  private record Found(
      String split,
      Misreading misreading,
      long images,
      long better,
      long unlikely,
      String example) {

    static final Found NONE = new Found("", Misreading.SWAPPED, 1, 0, 0, null);

    static Found of(Row row) {
      return new Found(
          row.getString(0),
          Misreading.valueOf(row.getString(1)),
          row.getLong(2),
          row.getLong(3),
          row.getLong(4),
          row.getString(5));
    }

    double share() {
      return (double) better / images;
    }

    boolean isWhole() {
      return better >= TOLD_IMAGES && better >= FOR_EACH_AGAINST * unlikely;
    }

    String text(ImageSet set) {
      return String.format(
          Locale.ROOT,
          "%d of %d images of '%s' (%.1f %%) lie far out at sea or outside of the country that their"
              + " table states, and would not %s See %s.columns.latitude ('%s') and"
              + " %s.columns.longitude ('%s'); one of them is %s",
          better,
          images,
          split,
          100 * share(),
          otherwise(),
          set.setting(),
          set.columns().latitude(),
          set.setting(),
          set.columns().longitude(),
          example);
    }

    private String otherwise() {
      return switch (misreading) {
        case SWAPPED -> "with latitude and longitude exchanged: swapped?";
        case LATITUDE_SIGN -> "with the sign of their latitudes flipped: was it lost?";
        case LONGITUDE_SIGN -> "with the sign of their longitudes flipped: was it lost?";
        case BOTH_SIGNS -> "with both signs flipped: were they lost?";
      };
    }
  }
}
