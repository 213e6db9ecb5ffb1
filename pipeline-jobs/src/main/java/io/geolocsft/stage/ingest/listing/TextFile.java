package io.geolocsft.stage.ingest.listing;

import com.google.common.collect.AbstractIterator;
import com.google.common.io.ByteStreams;
import com.google.common.io.Closeables;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.failure.Excerpt;
import io.geolocsft.files.Locations;
import io.geolocsft.files.Packing;
import io.geolocsft.files.SourceStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * A table of text, plain or packed: UTF-8, or UTF-16 with a byte order mark.
 *
 * @param location its path or URI
 * @param packing by its name
 * @param form by its first bytes
 */
public record TextFile(String location, Packing packing, TextForm form) implements Serializable {

  private static final int PROBE_BYTES = 1 << 13;
  private static final int MOST_HEAD_BYTES = 1 << 20;

  /**
   * Looks at a file's name and first bytes.
   *
   * @throws DataException if it is packed in a way that is not read, is not text or is cut short
   */
  public static TextFile of(TableLocation table, Configuration hadoop) {
    Packing.unreadable(table.location())
        .ifPresent(
            end -> {
              throw new DataException(
                  "%s is compressed as %s (unsupported): decompress it, or use .gz, .bz2 or .zst, and set %s"
                      .formatted(table.location(), end, table.setting()));
            });
    TextFile file = new TextFile(table.location(), Packing.of(table.location()), TextForm.UTF_8);
    TextForm form = file.read(hadoop, in -> TextForm.of(in.readNBytes(PROBE_BYTES)));
    if (!form.isRead()) {
      throw new DataException(
          "%s is %s: save it as CSV or JSON Lines in UTF-8, or set %s to another"
              .formatted(table.location(), form.words(), table.setting()));
    }
    return new TextFile(file.location, file.packing, form);
  }

  /** As its rows tell where they come from. */
  public String name() {
    return Locations.path(location).getName();
  }

  /** The first lines, a MiB at most. */
  public List<String> head(Configuration hadoop) {
    return read(hadoop, in -> reader(ByteStreams.limit(in, MOST_HEAD_BYTES)).lines().toList());
  }

  /** All lines in their order. A plain file is read by many tasks, any other by one. */
  Dataset<String> lines(SparkSession spark) {
    return packing == Packing.PLAIN && form == TextForm.UTF_8 && isSeenBySpark()
        ? Locations.reader(spark).textFile(Locations.path(location).toString())
        : found(spark, TextFile::lines, Encoders.STRING());
  }

  /** Spark passes over what looks hidden, and cannot open what has a colon in its name. */
  private boolean isSeenBySpark() {
    Path path = Locations.path(location);
    return !Locations.hasColon(path) && !path.getName().matches("[._].*");
  }

  /** Reads something out of a file from its start to its end. */
  @FunctionalInterface
  public interface Content<T> extends Serializable {
    /**
     * What there is, found as it is asked for.
     *
     * @param location the file's, for messages
     */
    Iterator<T> of(String location, BufferedReader reader);
  }

  /** What one task finds in this file. */
  public <T> Dataset<T> found(SparkSession spark, Content<T> content, Encoder<T> encoder) {
    var hadoop = new SerializableConfiguration(spark.sessionState().newHadoopConf());
    return spark.createDataset(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(List.of(this), 1)
            .flatMap(file -> file.open(hadoop.value(), content))
            .rdd(),
        encoder);
  }

  private <T> Iterator<T> open(Configuration hadoop, Content<T> content) throws IOException {
    InputStream source = source(hadoop);
    TaskContext.get()
        .addTaskCompletionListener((TaskCompletionListener) end -> Closeables.closeQuietly(source));
    try {
      return content.of(location, reader(packing.unpack(source)));
    } catch (IOException e) {
      throw damaged(location, e);
    }
  }

  private static Iterator<String> lines(String location, BufferedReader reader) {
    return new AbstractIterator<>() {
      @Override
      protected String computeNext() {
        try {
          String line = reader.readLine();
          return line == null ? endOfData() : line;
        } catch (IOException e) {
          throw damaged(location, e);
        }
      }
    };
  }

  private interface Extract<T> {
    T from(InputStream in) throws IOException;
  }

  private <T> T read(Configuration hadoop, Extract<T> extract) {
    try (InputStream source = source(hadoop)) {
      return unpacked(source, extract);
    } catch (IOException e) {
      throw new EnvironmentException("Cannot read %s: %s".formatted(location, e.getMessage()), e);
    }
  }

  private <T> T unpacked(InputStream source, Extract<T> extract) {
    try {
      return extract.from(packing.unpack(source));
    } catch (IOException e) {
      throw damaged(location, e);
    } catch (UncheckedIOException e) {
      // Of lines(); a failure of the file system has a message of its own.
      throw e instanceof SourceStream.ReadFailure ? e : damaged(location, e.getCause());
    }
  }

  private InputStream source(Configuration hadoop) throws IOException {
    Path path = Locations.path(location);
    return new SourceStream(location, Locations.open(path.getFileSystem(hadoop), path));
  }

  private BufferedReader reader(InputStream in) {
    return new BufferedReader(new InputStreamReader(in, form.charset()));
  }

  /** What is unpacked or parsed, and not the file system, is at fault. */
  public static DataException damaged(String location, IOException e) {
    return new DataException(
        "%s is cut short or damaged: %s. Get a complete copy"
            .formatted(location, Excerpt.of(String.valueOf(e.getMessage()))),
        e);
  }
}
