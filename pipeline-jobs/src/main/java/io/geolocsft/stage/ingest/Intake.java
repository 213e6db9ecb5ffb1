package io.geolocsft.stage.ingest;

import com.google.common.hash.Hashing;
import io.geolocsft.config.RunSettings;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.files.UnusableImageException;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.image.DecodeLimits;
import io.geolocsft.image.Exif;
import io.geolocsft.image.ExifReader;
import io.geolocsft.image.RgbImage;
import io.geolocsft.stage.ingest.listing.ImageRoot;
import io.geolocsft.stage.ingest.listing.RowProblem;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.io.Serial;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/**
 * Reads, decodes and measures each listed image once. Whatever is wrong with a row becomes a row;
 * only a failing file system fails the task.
 */
final class Intake implements MapPartitionsFunction<Row, Row> {

  @Serial private static final long serialVersionUID = 1L;

  /**
   * One of the two structs is null, and {@code rgb} as the first is. Times are microseconds, which
   * need no time zone.
   */
  static final StructType OUTCOME =
      new StructType()
          .add("split", DataTypes.StringType, false)
          .add("place", DataTypes.StringType, false)
          .add("line", DataTypes.LongType, false)
          .add("taken", withoutTimestamps(Tables.CATALOGUE.struct()), true)
          .add("rgb", DataTypes.BinaryType, true)
          .add("error", Tables.ERRORS.struct(), true);

  private final RunSettings run;
  private final Map<String, IntakeSet> sets;
  private final ImageBytes bytes;
  private final DecodeLimits limits;
  private final LongAccumulator done;

  /**
   * @param sets by split
   * @param done counts the rows, for showing only: a task that runs twice counts twice
   */
  Intake(
      RunSettings run,
      Map<String, IntakeSet> sets,
      ImageBytes bytes,
      DecodeLimits limits,
      LongAccumulator done) {
    this.run = run;
    this.sets = sets;
    this.bytes = bytes;
    this.limits = limits;
    this.done = done;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        Row outcome = outcome(rows.next());
        done.add(1);
        return outcome;
      }
    };
  }

  private Row outcome(Row listed) {
    IntakeSet set = sets.get(listed.<String>getAs("split"));
    String uri = null;
    try {
      checkRow(listed);
      uri = uri(listed, set.root());
      return outcome(listed, taken(listed, set, uri), null);
    } catch (RowProblem problem) {
      return outcome(listed, null, error(listed, uri, problem));
    }
  }

  private String uri(Row listed, ImageRoot root) throws RowProblem {
    String known = listed.getAs("uri");
    String image = listed.getAs("image");
    try {
      return known == null ? root.find(image, bytes.hadoop()) : known;
    } catch (IOException e) {
      throw new EnvironmentException("Cannot find " + image + ": " + e.getMessage(), e);
    }
  }

  private static Row outcome(Row listed, TakenImage taken, Row error) {
    return RowFactory.create(
        listed.getAs("split"),
        listed.getAs("place"),
        listed.getAs("line"),
        taken == null ? null : taken.row(),
        taken == null ? null : taken.thumbnail(),
        error);
  }

  private Row error(Row listed, String uri, RowProblem problem) {
    String where =
        String.format(Locale.ROOT, "%s %d: ", listed.getAs("place"), listed.<Long>getAs("line"));
    return RowFactory.create(
        Ingest.NAME,
        run.id(),
        run.name(),
        listed.getAs("image_id"),
        uri,
        problem.kind(),
        where + problem.getMessage(),
        listed.getAs("split"));
  }

  private static void checkRow(Row listed) throws RowProblem {
    String problem = listed.getAs("problem");
    if (problem != null) {
      throw new RowProblem(problem, listed.getAs("detail"));
    }
    if (listed.getAs("image") == null) {
      throw new RowProblem("missing_path", "no image path");
    }
    if (listed.getAs("image_id") == null) {
      throw new RowProblem("missing_id", "no id");
    }
    String first = listed.getAs("duplicate_of");
    if (first != null) {
      throw new RowProblem(
          "duplicate_id",
          "the id %s is already in %s".formatted(listed.<String>getAs("image_id"), first));
    }
  }

  private TakenImage taken(Row listed, IntakeSet set, String uri) throws RowProblem {
    Optional<GeoPoint> stated =
        StatedPoint.parse(listed.getAs("latitude"), listed.getAs("longitude"));
    String time = listed.getAs("captured_at");
    Long statedTime = time == null ? null : set.times().microseconds(time);
    byte[] file = usable(uri, () -> bytes.read(uri));
    RgbImage image = usable(uri, () -> bytes.decode(uri, file, limits));
    Exif exif = exif(listed, set, uri, file);
    return new TakenImage(
        listed,
        set.source(),
        uri,
        Hashing.sha256().hashBytes(file).toString(),
        image,
        stated.or(exif::location).orElseThrow(Intake::nowhere),
        time == null ? exif.capturedAt().map(CaptureTimes::microseconds).orElse(null) : statedTime,
        disagreement(stated, exif.location()));
  }

  /** Pictures alone may have a sidecar; a table's may not, since it says where they were taken. */
  private Exif exif(Row listed, IntakeSet set, String uri, byte[] file) {
    Exif exif = ExifReader.read(file);
    if (!set.hasSidecars() || listed.getAs("uri") != null) {
      return exif;
    }
    try {
      return TakeoutSidecar.complete(exif, uri, bytes);
    } catch (IOException e) {
      throw new EnvironmentException("Cannot read what is beside " + uri, e);
    }
  }

  private static Double disagreement(Optional<GeoPoint> stated, Optional<GeoPoint> exif) {
    return stated.isPresent() && exif.isPresent()
        ? DistanceModel.SPHERE_6371_0088.kilometers(stated.get(), exif.get())
        : null;
  }

  private static RowProblem nowhere() {
    return new RowProblem("missing_coordinates", "no coordinates in the table, nor in EXIF");
  }

  /** A step of reading an image. */
  private interface Step<T> {
    T take() throws IOException;
  }

  private static <T> T usable(String uri, Step<T> step) throws RowProblem {
    try {
      return step.take();
    } catch (UnusableImageException e) {
      throw new RowProblem(e.kind(), e.getMessage());
    } catch (IOException e) {
      throw new EnvironmentException("Cannot read " + uri + ": " + e.getMessage(), e);
    }
  }

  private static StructType withoutTimestamps(StructType struct) {
    StructType plain = new StructType();
    for (StructField field : struct.fields()) {
      boolean time = field.dataType().equals(DataTypes.TimestampType);
      plain =
          plain.add(field.name(), time ? DataTypes.LongType : field.dataType(), field.nullable());
    }
    return plain;
  }
}
