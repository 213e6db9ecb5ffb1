package io.geolocsft.table;

import io.geolocsft.files.FolderFiles;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What the footers of a folder of Parquet files say: accumulators count twice when a task is tried
 * again, footers do not.
 *
 * @param rows in all files
 * @param nulls by column, {@code bbox.xmin} for a field of a struct
 */
record WrittenRows(long rows, Map<String, Long> nulls) {

  /** Whether a folder has a Parquet file. */
  static boolean areIn(FileSystem fs, Path folder) throws IOException {
    RemoteIterator<FileStatus> files = FolderFiles.of(fs, folder);
    while (files.hasNext()) {
      if (isParquet(files.next().getPath())) {
        return true;
      }
    }
    return false;
  }

  static WrittenRows in(FileSystem fs, Path folder) throws IOException {
    long rows = 0;
    Map<String, Long> nulls = new TreeMap<>();
    RemoteIterator<FileStatus> files = FolderFiles.of(fs, folder);
    while (files.hasNext()) {
      Path file = files.next().getPath();
      if (isParquet(file)) {
        rows += readFooter(fs, file, nulls);
      }
    }
    return new WrittenRows(rows, nulls);
  }

  private static boolean isParquet(Path file) {
    return file.getName().endsWith(".parquet");
  }

  /**
   * The row count.
   *
   * @throws IllegalArgumentException if a column that must not holds null
   */
  long checkedAgainst(TableSchema table) {
    for (String column : nulls.keySet()) {
      if (nulls.get(column) > 0 && isRequired(table.struct(), column)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Table %s: %d of %d rows have no %s",
                table.name(),
                nulls.get(column),
                rows,
                column));
      }
    }
    return rows;
  }

  private static long readFooter(FileSystem fs, Path file, Map<String, Long> nulls)
      throws IOException {
    long rows = 0;
    // Without options Parquet reads Hadoop's settings anew for every file.
    ParquetReadOptions options = HadoopReadOptions.builder(fs.getConf()).build();
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, fs.getConf()), options)) {
      for (BlockMetaData block : reader.getFooter().getBlocks()) {
        rows += block.getRowCount();
        for (ColumnChunkMetaData column : block.getColumns()) {
          nulls.merge(
              column.getPath().toDotString(),
              Math.max(0, column.getStatistics().getNumNulls()),
              Long::sum);
        }
      }
    }
    return rows;
  }

  /** Of lists a footer does not tell which elements are null, and which lists are empty. */
  private static boolean isRequired(StructType struct, String column) {
    String[] names = column.split("\\.", 2);
    StructField field = struct.apply(names[0]);
    return !field.nullable()
        && !(field.dataType() instanceof ArrayType)
        && (names.length == 1
            || !(field.dataType() instanceof StructType inner)
            || isRequired(inner, names[1]));
  }
}
