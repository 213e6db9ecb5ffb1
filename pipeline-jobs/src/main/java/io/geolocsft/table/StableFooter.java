package io.geolocsft.table;

import io.geolocsft.files.FolderFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.functional.RemoteIterators;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageEncodingStats;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/**
 * Makes equal rows equal bytes in every JVM. parquet-java keeps the encodings of a column in a hash
 * set of enum constants, whose order differs from one JVM to the next, and writes them into the
 * footer in that order; here they are put into the order of their numbers.
 */
final class StableFooter {

  /** A larger file stays as it is: a copy of it would cost more than equal bytes are worth. */
  private static final long LARGEST_BYTES = 64L << 20;

  /**
   * Length of the footer (int32, little-endian) and {@code PAR1}, the end of every Parquet file.
   */
  private static final int TAIL_BYTES = 8;

  private StableFooter() {}

  /** Orders the footers of all Parquet files of a folder that nobody reads yet. */
  static void in(FileSystem fs, Path folder) throws IOException {
    // All are listed before the first is written anew.
    for (FileStatus file : RemoteIterators.toList(FolderFiles.of(fs, folder))) {
      if (file.getPath().getName().endsWith(".parquet") && file.getLen() <= LARGEST_BYTES) {
        order(fs, file.getPath());
      }
    }
  }

  private static void order(FileSystem fs, Path file) throws IOException {
    byte[] content;
    try (FSDataInputStream in = fs.open(file)) {
      content = in.readAllBytes();
    }
    int tail = content.length - TAIL_BYTES;
    int length = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt(tail);
    byte[] footer = Arrays.copyOfRange(content, tail - length, tail);
    byte[] ordered = ordered(footer);
    if (Arrays.equals(footer, ordered)) {
      return;
    }
    // The same numbers in another order take the same space.
    System.arraycopy(ordered, 0, content, tail - length, length);
    try (OutputStream out = fs.create(file, true)) {
      out.write(content);
    }
  }

  private static byte[] ordered(byte[] footer) throws IOException {
    InputStream in = new ByteArrayInputStream(footer);
    FileMetaData metadata = Util.readFileMetaData(in);
    for (RowGroup group : metadata.getRow_groups()) {
      for (ColumnChunk chunk : group.getColumns()) {
        order(chunk.getMeta_data());
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(footer.length);
    Util.writeFileMetaData(metadata, out);
    if (out.size() != footer.length) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "A footer of %d bytes became %d: another version of Parquet wrote it",
              footer.length,
              out.size()));
    }
    return out.toByteArray();
  }

  private static void order(ColumnMetaData column) {
    column.setEncodings(sorted(column.getEncodings(), Comparator.naturalOrder()));
    if (column.isSetEncoding_stats()) {
      column.setEncoding_stats(
          sorted(
              column.getEncoding_stats(),
              Comparator.comparing(PageEncodingStats::getPage_type)
                  .thenComparing(PageEncodingStats::getEncoding)));
    }
  }

  private static <T> List<T> sorted(List<T> list, Comparator<? super T> order) {
    List<T> sorted = new ArrayList<>(list);
    sorted.sort(order);
    return sorted;
  }
}
