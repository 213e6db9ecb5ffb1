package io.geolocsft.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Puts segments and chunks into image files. */
public final class MadeFiles {

  private static final int PNG_HEADER_END = 33;

  private MadeFiles() {}

  /** A file of the folder as-they-come. */
  static byte[] asItCame(String name) {
    try (var in = MadeFiles.class.getResourceAsStream("as-they-come/" + name)) {
      return in.readAllBytes();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  /** The bytes between two indices, the second from the end if it is not positive. */
  static byte[] part(byte[] file, int from, int to) {
    return java.util.Arrays.copyOfRange(file, from, to > 0 ? to : file.length + to);
  }

  /** A JPEG file with bytes before the first marker of a code. */
  static byte[] before(int marker, byte[] jpeg, byte[] inserted) {
    for (int i = 2; i < jpeg.length - 1; i++) {
      if (jpeg[i] == (byte) 0xff && jpeg[i + 1] == (byte) marker) {
        return join(part(jpeg, 0, i), inserted, part(jpeg, i, 0));
      }
    }
    throw new IllegalArgumentException("no such marker");
  }

  static byte[] segment(int marker, byte[] content) {
    ByteBuffer head = ByteBuffer.allocate(4).put((byte) 0xff).put((byte) marker);
    return join(head.putShort((short) (content.length + 2)).array(), content);
  }

  /** A JPEG file with an APP1 segment. */
  static byte[] jpegWith(byte[] jpeg, String name, byte[] content) {
    return join(part(jpeg, 0, 2), segment(0xe1, join(latin1(name), content)), part(jpeg, 2, 0));
  }

  /** A PNG file with a chunk behind its header. */
  static byte[] pngWith(byte[] png, String type, byte[] content) {
    byte[] body = join(latin1(type), content);
    CRC32 sum = new CRC32();
    sum.update(body);
    return join(
        part(png, 0, PNG_HEADER_END),
        ByteBuffer.allocate(4).putInt(content.length).array(),
        body,
        ByteBuffer.allocate(4).putInt((int) sum.getValue()).array(),
        part(png, PNG_HEADER_END, 0));
  }

  static byte[] deflated(byte[] text) {
    Deflater deflater = new Deflater();
    deflater.setInput(text);
    deflater.finish();
    byte[] out = new byte[text.length + 64];
    int length = deflater.deflate(out);
    deflater.end();
    return part(out, 0, length);
  }
}
