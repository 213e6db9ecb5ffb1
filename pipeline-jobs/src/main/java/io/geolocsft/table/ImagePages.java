package io.geolocsft.table;

import io.geolocsft.files.FilePart;
import io.geolocsft.files.FilePart.Form;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;

/**
 * How {@link Tables#IMAGES} is written: each image in a page of its own, as it is. So a reader of
 * rows needs the memory of some images, not of a million; and each image can be read alone, as a
 * stretch of the file, without any Parquet.
 *
 * <p>Photographs are compressed already, and never alike enough for a dictionary.
 */
public final class ImagePages {

  static final Map<String, String> OPTIONS =
      Map.of(
          "compression", "uncompressed",
          "parquet.enable.dictionary", "false",
          "parquet.page.row.count.limit", "1",
          "parquet.page.size.row.check.min", "1",
          "parquet.page.size.row.check.max", "1",
          "parquet.block.size", String.valueOf(64 << 20));

  private static final String BYTES = "bytes";

  private final String file;
  private final List<Page> pages;

  private record Page(long offset, long size) {}

  private ImagePages(String file, List<Page> pages) {
    this.file = file;
    this.pages = pages;
  }

  /**
   * Where the images of a file are, by its offset index.
   *
   * @throws IOException if it cannot be read, or its images are not in pages of their own
   */
  public static ImagePages of(Path path, Configuration hadoop) throws IOException {
    List<Page> pages = new ArrayList<>();
    ParquetReadOptions options = HadoopReadOptions.builder(hadoop).build();
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(path, hadoop), options)) {
      for (BlockMetaData block : reader.getFooter().getBlocks()) {
        OffsetIndex index = reader.readOffsetIndex(images(block));
        if (index == null || index.getPageCount() != block.getRowCount()) {
          throw new IOException(path + " has images that are not in pages of their own");
        }
        for (int page = 0; page < index.getPageCount(); page++) {
          pages.add(new Page(index.getOffset(page), index.getCompressedPageSize(page)));
        }
      }
    }
    return new ImagePages(path.toString(), pages);
  }

  private static ColumnChunkMetaData images(BlockMetaData block) {
    return block.getColumns().stream()
        .filter(column -> column.getPath().toDotString().equals(BYTES))
        .findFirst()
        .orElseThrow();
  }

  /**
   * An image's URI.
   *
   * @param row of the file, from 0
   * @param length of the image in bytes: it is the end of its page
   */
  public String uri(long row, int length) {
    Page page = pages.get((int) row);
    return new FilePart(file, Form.BYTES, page.offset() + page.size() - length, length).uri();
  }
}
