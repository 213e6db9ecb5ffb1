package io.geolocsft.parquet;

import io.geolocsft.failure.Excerpt;
import io.geolocsft.files.Locations;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What the footer of one file of a Parquet table says of the columns that are asked for; the others
 * may be of any type.
 *
 * @param file its path
 * @param problem why it cannot be read; empty if it can
 * @param isOther whether it is not Parquet at all, nor named so
 * @param names of all its columns, in their order
 * @param asked the columns asked for that it has, as Spark reads them
 * @param nanoseconds which of those are times that Spark reads as a count of nanoseconds
 */
public record PartFooter(
    String file,
    String problem,
    boolean isOther,
    List<String> names,
    StructType asked,
    Set<String> nanoseconds)
    implements Serializable {

  private static final Pattern NAMED = Pattern.compile("(?i).*\\.(parquet|parq|pq)");
  private static final byte[] MAGIC = {'P', 'A', 'R', '1'};
  private static final byte[] ENCRYPTED = {'P', 'A', 'R', 'E'};

  /** The footer's length and the magic behind it. */
  private static final int TAIL = 8;

  private static final int SHORTEST = MAGIC.length + TAIL;

  /** Of an image its bytes and name, whatever else its struct holds. */
  private static final Set<String> OF_IMAGES = Set.of("bytes", "path");

  /** Why a file cannot be read. */
  private static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Reads it; an IOException is the file system's.
   *
   * @param asked names of columns
   */
  static PartFooter read(String file, List<String> asked, Configuration hadoop) throws IOException {
    Path path = new Path(file);
    FileSystem fs = path.getFileSystem(hadoop);
    long length = fs.getFileStatus(path).getLen();
    try (FSDataInputStream in = Locations.open(fs, path)) {
      byte[] start = in.readNBytes(MAGIC.length);
      if (!Arrays.equals(start, MAGIC) && !NAMED.matcher(file).matches()) {
        return new PartFooter(file, "", true, List.of(), new StructType(), Set.of());
      }
      ParquetMetadata metadata = parse(bytes(in, start, length));
      requireWhole(metadata, length);
      requireCodecs(metadata, asked, hadoop);
      return of(file, metadata.getFileMetaData().getSchema(), asked);
    } catch (Unreadable e) {
      return new PartFooter(file, e.getMessage(), false, List.of(), new StructType(), Set.of());
    }
  }

  private static byte[] bytes(FSDataInputStream in, byte[] start, long length)
      throws IOException, Unreadable {
    byte[] tail = new byte[TAIL];
    if (length >= SHORTEST) {
      in.readFully(length - TAIL, tail);
    }
    byte[] magic = Arrays.copyOfRange(tail, TAIL - MAGIC.length, TAIL);
    if (Arrays.equals(magic, ENCRYPTED)) {
      throw new Unreadable("is encrypted");
    }
    int footer = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (!Arrays.equals(start, MAGIC) || !Arrays.equals(magic, MAGIC)) {
      throw new Unreadable(
          Arrays.equals(start, MAGIC) ? "is cut short: it lacks Parquet's end" : "is not Parquet");
    }
    if (footer < 0 || footer > length - SHORTEST) {
      throw new Unreadable("is damaged: its footer would begin before the file does");
    }
    byte[] bytes = new byte[footer];
    in.readFully(length - TAIL - footer, bytes);
    return bytes;
  }

  /** From memory, so that whatever goes wrong is the footer's fault. */
  private static ParquetMetadata parse(byte[] footer) throws Unreadable {
    try {
      return new ParquetMetadataConverter()
          .readParquetMetadata(
              new ByteArrayInputStream(footer), ParquetMetadataConverter.NO_FILTER);
    } catch (IOException | RuntimeException e) {
      throw new Unreadable("is damaged: " + Excerpt.of(String.valueOf(e.getMessage())));
    }
  }

  private static void requireWhole(ParquetMetadata metadata, long length) throws Unreadable {
    for (BlockMetaData block : metadata.getBlocks()) {
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        if (chunk.getStartingPos() + chunk.getTotalSize() > length) {
          throw new Unreadable("is cut short: its columns would end beyond the file");
        }
      }
    }
  }

  private static void requireCodecs(
      ParquetMetadata metadata, List<String> asked, Configuration hadoop) throws Unreadable {
    for (BlockMetaData block : metadata.getBlocks()) {
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        String codec = chunk.getCodec().getHadoopCompressionCodecClassName();
        boolean isMissing = codec != null && hadoop.getClassByNameOrNull(codec) == null;
        if (isMissing && asked.contains(chunk.getPath().toArray()[0])) {
          throw new Unreadable(
              "has its column %s compressed by %s, and there is no %s: write it with zstd or snappy"
                  .formatted(chunk.getPath().toDotString(), chunk.getCodec(), codec));
        }
      }
    }
  }

  private static PartFooter of(String file, MessageType schema, List<String> asked)
      throws Unreadable {
    List<StructField> fields = new ArrayList<>();
    Set<String> nanoseconds = new TreeSet<>();
    for (String name : asked) {
      if (!name.isEmpty() && schema.containsField(name)) {
        Type type = schema.getType(name);
        fields.add(field(type));
        if (isInNanoseconds(type)) {
          nanoseconds.add(name);
        }
      }
    }
    List<String> names = schema.getFields().stream().map(Type::getName).toList();
    return new PartFooter(
        file, "", false, names, new StructType(fields.toArray(StructField[]::new)), nanoseconds);
  }

  private static StructField field(Type type) throws Unreadable {
    try {
      return new ParquetToSparkSchemaConverter(conf())
          .convert(new MessageType("asked", List.of(pruned(type))))
          .fields()[0];
    } catch (Exception e) {
      // Spark throws checked exceptions without declaring them.
      throw new Unreadable(
          "has a column of an unsupported type (%s): store it as text or double"
              .formatted(Excerpt.of(type.toString())));
    }
  }

  private static Type pruned(Type type) {
    if (type.isPrimitive() || !type.asGroupType().containsField("bytes")) {
      return type;
    }
    GroupType group = type.asGroupType();
    return group.withNewFields(
        group.getFields().stream().filter(field -> OF_IMAGES.contains(field.getName())).toList());
  }

  private static SQLConf conf() {
    SQLConf conf = new SQLConf();
    ParquetReading.SETTINGS.forEach(conf::setConfString);
    return conf;
  }

  private static boolean isInNanoseconds(Type type) {
    return type.getLogicalTypeAnnotation() instanceof TimestampLogicalTypeAnnotation time
        && time.getUnit() == TimeUnit.NANOS;
  }
}
