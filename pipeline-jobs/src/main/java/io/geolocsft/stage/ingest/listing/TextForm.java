package io.geolocsft.stage.ingest.listing;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;

/** What the first bytes of a file that should be text say it is. */
public enum TextForm {
  /** Without a mark it is taken for this, if nothing speaks against it. */
  UTF_8("efbbbf", "UTF-8"),
  UTF_32_LITTLE_ENDIAN("fffe0000", "UTF-32 text"),
  UTF_32_BIG_ENDIAN("0000feff", "UTF-32 text"),
  UTF_16_LITTLE_ENDIAN("fffe", "UTF-16 text"),
  UTF_16_BIG_ENDIAN("feff", "UTF-16 text"),
  ZIP("504b0304", "a zip file, an Excel workbook or a LibreOffice one"),
  OLD_EXCEL("d0cf11e0", "an Excel workbook"),
  GZIP("1f8b", "compressed with gzip, though its name does not say so (.gz)"),
  BZIP2("425a68", "compressed with bzip2, though its name does not say so (.bz2)"),
  ZSTANDARD("28b52ffd", "compressed with zstd, though its name does not say so (.zst)"),
  XZ("fd377a585a", "compressed with xz"),
  PARQUET("50415231", "Parquet, though its name does not say so (.parquet)"),
  ARROW("4152524f5731", "an Arrow or Feather file"),
  AVRO("4f626a01", "Avro"),
  ORC("4f5243", "ORC"),
  SQLITE("53514c69746520666f726d6174", "an SQLite database"),
  UNMARKED_UTF_16("", "UTF-16 text without a byte order mark"),
  BINARY("", "not text");

  private final byte[] mark;
  private final String words;

  TextForm(String mark, String words) {
    this.mark = HexFormat.of().parseHex(mark);
    this.words = words;
  }

  /** The form of a file that begins so. */
  static TextForm of(byte[] start) {
    return Stream.of(values())
        .filter(form -> form.mark.length > 0 && form.begins(start))
        .findFirst()
        .orElseGet(() -> unmarked(start));
  }

  private boolean begins(byte[] start) {
    return start.length >= mark.length
        && Arrays.equals(start, 0, mark.length, mark, 0, mark.length);
  }

  /** No text holds the byte 0, but for UTF-16, which has one in each Latin letter. */
  private static TextForm unmarked(byte[] start) {
    int[] zeros = new int[2];
    for (int i = 0; i < start.length; i++) {
      zeros[i % 2] += start[i] == 0 ? 1 : 0;
    }
    if (zeros[0] + zeros[1] == 0) {
      return UTF_8;
    }
    boolean oneSide = Math.min(zeros[0], zeros[1]) == 0;
    return oneSide && zeros[0] + zeros[1] > start.length / 8 ? UNMARKED_UTF_16 : BINARY;
  }

  boolean isRead() {
    return this == UTF_8 || this == UTF_16_LITTLE_ENDIAN || this == UTF_16_BIG_ENDIAN;
  }

  Charset charset() {
    return switch (this) {
      case UTF_16_LITTLE_ENDIAN -> StandardCharsets.UTF_16LE;
      case UTF_16_BIG_ENDIAN -> StandardCharsets.UTF_16BE;
      default -> StandardCharsets.UTF_8;
    };
  }

  /** As it stands in a message. */
  String words() {
    return words;
  }
}
