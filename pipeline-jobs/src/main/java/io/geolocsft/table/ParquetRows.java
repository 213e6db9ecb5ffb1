package io.geolocsft.table;

import io.geolocsft.files.DiskOutputStream;
import io.geolocsft.files.HadoopFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileWriter.Mode;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.execution.datasources.parquet.ParquetReadSupport;
import org.apache.spark.sql.execution.datasources.parquet.SparkToParquetSchemaConverter;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Rows of flat tables in single Parquet files, written and read without a Spark job: inside a task,
 * or by a driver whose executors are all busy.
 */
public final class ParquetRows {

  private ParquetRows() {}

  /**
   * Writes a file, in place of an older one. It is written aside, under a name that readers of
   * Parquet folders pass over, and moved.
   */
  public static void write(HadoopFiles files, String name, TableSchema table, List<Row> rows)
      throws IOException {
    Configuration hadoop = files.hadoop();
    MessageType type = new SparkToParquetSchemaConverter(new SQLConf()).convert(table.struct());
    Path place = files.path(name);
    Path aside = new Path(place.getParent(), "_" + place.getName());
    HadoopOutputFile file = HadoopOutputFile.fromPath(aside, hadoop);
    DiskOutputStream.withIoErrors(
        () -> {
          try (ParquetWriter<Group> writer =
              ExampleParquetWriter.builder(file)
                  .withConf(hadoop)
                  .withType(type)
                  .withCompressionCodec(CompressionCodecName.ZSTD)
                  .withExtraMetaData(footer(table))
                  .withWriteMode(Mode.OVERWRITE)
                  .build()) {
            for (Row row : rows) {
              writer.write(group(table, type, row));
            }
          }
        });
    FileSystem fs = place.getFileSystem(hadoop);
    fs.delete(place, false);
    if (!fs.rename(aside, place)) {
      throw new IOException("Cannot move %s to %s".formatted(aside, place));
    }
  }

  /** With the columns' comments, as Spark itself writes them. */
  private static Map<String, String> footer(TableSchema table) {
    Map<String, String> footer = new HashMap<>(Footer.of(table));
    footer.put(ParquetReadSupport.SPARK_METADATA_KEY(), table.struct().json());
    return footer;
  }

  private static Group group(TableSchema table, MessageType type, Row row) {
    Group group = new SimpleGroup(type);
    for (int i = 0; i < row.length(); i++) {
      if (row.isNullAt(i)) {
        continue;
      }
      DataType column = table.struct().fields()[i].dataType();
      if (column.equals(DataTypes.IntegerType)) {
        group.add(i, row.getInt(i));
      } else if (column.equals(DataTypes.LongType)) {
        group.add(i, row.getLong(i));
      } else if (column.equals(DataTypes.DoubleType)) {
        group.add(i, row.getDouble(i));
      } else {
        group.add(i, row.getString(i));
      }
    }
    return group;
  }

  /** Reads a file; columns that it lacks are null. */
  public static List<Row> read(HadoopFiles files, String name, TableSchema table)
      throws IOException {
    Path path = files.path(name);
    List<Row> rows = new ArrayList<>();
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), path).withConf(files.hadoop()).build()) {
      for (Group group = reader.read(); group != null; group = reader.read()) {
        rows.add(row(table, group));
      }
    }
    return rows;
  }

  private static Row row(TableSchema table, Group group) {
    StructField[] fields = table.struct().fields();
    Object[] values = new Object[fields.length];
    for (int i = 0; i < fields.length; i++) {
      String column = fields[i].name();
      if (group.getType().containsField(column) && group.getFieldRepetitionCount(column) > 0) {
        values[i] = value(fields[i].dataType(), group, column);
      }
    }
    return RowFactory.create(values);
  }

  private static Object value(DataType type, Group group, String column) {
    if (type.equals(DataTypes.IntegerType)) {
      return group.getInteger(column, 0);
    }
    if (type.equals(DataTypes.LongType)) {
      return group.getLong(column, 0);
    }
    return type.equals(DataTypes.DoubleType)
        ? group.getDouble(column, 0)
        : group.getString(column, 0);
  }
}
