package io.geolocsft.stage.select;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import com.google.common.collect.Iterators;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.select.ImageFacts;
import io.geolocsft.select.Leakage;
import io.geolocsft.select.Rejection;
import io.geolocsft.table.Tables;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.types.StructType;

/** Rows of {@code binned} to rows with a place in the keyed order and perhaps a rejection. */
final class JudgedRows implements MapPartitionsFunction<Row, Row> {

  /** Name of the rejecting rule; null while nothing speaks against the image. */
  static final String RULE = "rule";

  static final String MEASURED = "measured_value";
  static final String LIMIT = "limit_value";
  static final String DETAIL = "detail";

  /** Microseconds since 1970. */
  static final String TAKEN_AT = "taken_at";

  static final String KEY = "key";
  static final String PIXELS = "pixels";

  static final StructType SCHEMA =
      new StructType()
          .add("image_id", StringType, false)
          .add("cell_id", LongType, true)
          .add("sha256", StringType, false)
          .add("perceptual_hash", LongType, false)
          .add("blur", DoubleType, false)
          .add("brightness", DoubleType, false)
          .add("contrast", DoubleType, false)
          .add("entropy", DoubleType, false)
          .add("sequence_id", StringType, true)
          .add("author", StringType, true)
          .add(TAKEN_AT, LongType, true)
          .add("latitude", DoubleType, false)
          .add("longitude", DoubleType, false)
          .add("country", StringType, true)
          .add("population_density", DoubleType, true)
          .add(PIXELS, LongType, false)
          .add(Tables.LEAF_CELL_ID, LongType, true)
          .add(KEY, LongType, false)
          .add(RULE, StringType, true)
          .add(MEASURED, DoubleType, true)
          .add(LIMIT, DoubleType, true)
          .add(DETAIL, StringType, true);

  private static final long serialVersionUID = 1L;

  private final Broadcast<ImageJudge> judge;

  JudgedRows(Broadcast<ImageJudge> judge) {
    this.judge = judge;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    ImageJudge shared = judge.value();
    return Iterators.transform(rows, row -> judged(row, shared));
  }

  private static Row judged(Row row, ImageJudge judge) {
    String id = row.getAs("image_id");
    ImageFacts facts = facts(row);
    Long leaf = row.getAs(Tables.LEAF_CELL_ID);
    Optional<Rejection> rejection = judge.check(facts, image(row), leaf != null);
    return RowFactory.create(
        id,
        row.getAs("cell_id"),
        row.getAs("sha256"),
        row.getAs("perceptual_hash"),
        facts.blur(),
        facts.brightness(),
        facts.contrast(),
        facts.entropy(),
        row.getAs("sequence_id"),
        row.getAs("author"),
        facts.capturedAt() == null ? null : DateTimeUtils.instantToMicros(facts.capturedAt()),
        facts.point().latitude(),
        facts.point().longitude(),
        row.getAs("country"),
        row.getAs("population_density"),
        (long) facts.width() * facts.height(),
        leaf,
        judge.key(id),
        rejection.map(Rejection::rule).orElse(null),
        rejection.map(Rejection::measured).orElse(null),
        rejection.map(Rejection::limit).orElse(null),
        rejection.map(Rejection::detail).orElse(null));
  }

  private static ImageFacts facts(Row row) {
    return new ImageFacts(
        row.<Integer>getAs("width"),
        row.<Integer>getAs("height"),
        row.<Double>getAs("blur"),
        row.<Double>getAs("brightness"),
        row.<Double>getAs("contrast"),
        row.<Double>getAs("entropy"),
        point(row),
        row.getAs("country") != null,
        instant(row.getAs("captured_at")),
        row.getAs("stated_country"),
        row.getAs("exif_km"));
  }

  static Leakage.Image image(Row row) {
    return new Leakage.Image(
        row.getAs("image_id"),
        row.getAs("sha256"),
        row.<Long>getAs("perceptual_hash"),
        point(row),
        row.<Long>getAs("cell_id"),
        row.getAs("sequence_id"),
        row.getAs("author"));
  }

  private static GeoPoint point(Row row) {
    return new GeoPoint(row.<Double>getAs("latitude"), row.<Double>getAs("longitude"));
  }

  /**
   * Spark gives one or the other, by spark.sql.datetime.java8API.enabled; a Timestamp's own instant
   * is days off before 1582, where it counts by the Julian calendar.
   */
  private static Instant instant(Object time) {
    return time instanceof Timestamp stamp
        ? DateTimeUtils.microsToInstant(DateTimeUtils.fromJavaTimestamp(stamp))
        : (Instant) time;
  }
}
