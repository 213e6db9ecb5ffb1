package io.geolocsft.image;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the first bytes say that a file is; its name says nothing. */
enum ImageFormat {
  JPEG("\u00ff\u00d8\u00ff"),
  PNG("\u0089PNG\r\n\u001a\n"),
  GIF("GIF8");

  /** Formats that are recognised only to be refused by name. */
  private static final Map<String, String> REFUSED = new LinkedHashMap<>();

  static {
    REFUSED.put("BM", "BMP");
    REFUSED.put("II*\0", "TIFF");
    REFUSED.put("MM\0*", "TIFF");
    REFUSED.put("\0\0\0\fjP  ", "JPEG 2000");
    REFUSED.put("\u00ff\n", "JPEG XL");
    REFUSED.put("%PDF", "PDF");
  }

  private final String magic;

  ImageFormat(String magic) {
    this.magic = magic;
  }

  static ImageFormat of(byte[] file) throws ImageException {
    String start = new String(file, 0, Math.min(file.length, 16), StandardCharsets.ISO_8859_1);
    for (ImageFormat format : values()) {
      if (start.startsWith(format.magic)) {
        return format;
      }
    }
    throw new ImageException(
        ImageException.Kind.UNSUPPORTED,
        "%s cannot be read; convert it to JPEG, PNG or GIF".formatted(name(start)));
  }

  private static String name(String start) {
    if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
      return "A WebP image";
    }
    if (start.startsWith("ftyp", 4)) {
      return "A HEIF or AVIF image or a film";
    }
    return REFUSED.entrySet().stream()
        .filter(refused -> start.startsWith(refused.getKey()))
        .map(refused -> "A file of format " + refused.getValue())
        .findFirst()
        .orElse("A file that is not an image");
  }
}
