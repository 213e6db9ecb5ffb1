package io.geolocsft.files;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** How a text file is packed, by the end of its name. */
public enum Packing {
  PLAIN(""),
  GZIP(".gz"),
  BZIP2(".bz2"),
  ZSTANDARD(".zst");

  private static final List<String> UNREADABLE =
      List.of(
          ".7z",
          ".br",
          ".deflate",
          ".lz4",
          ".lzma",
          ".lzo",
          ".rar",
          ".snappy",
          ".xz",
          ".z",
          ".zip");

  private final String end;

  Packing(String end) {
    this.end = end;
  }

  /** That of a file of this name. */
  public static Packing of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return Stream.of(GZIP, BZIP2, ZSTANDARD)
        .filter(packing -> lower.endsWith(packing.end))
        .findFirst()
        .orElse(PLAIN);
  }

  /** The end of a name by which it is packed in a way that is not read. */
  public static Optional<String> unreadable(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return UNREADABLE.stream().filter(lower::endsWith).findFirst();
  }

  /** The name without the end that tells the packing. */
  String unpacked(String name) {
    return name.substring(0, name.length() - end.length());
  }

  /** The unpacked bytes; several packed files that were joined are all read. */
  public InputStream unpack(InputStream packed) throws IOException {
    return switch (this) {
      case PLAIN -> packed;
      case GZIP -> new GzipCompressorInputStream(packed, true);
      case BZIP2 -> new BZip2CompressorInputStream(packed, true);
      case ZSTANDARD -> new ZstdInputStream(packed);
    };
  }
}
