package io.geolocsft.evaluate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/** Numbers from 0 up in as few bytes as they need, 7 bits in each, as Protocol Buffers has them. */
final class Varints {

  /** Bytes of the longest. */
  static final int MOST_BYTES = 10;

  private Varints() {}

  static void put(ByteBuffer out, long value) {
    long left = value;
    while (left > 0x7f) {
      out.put((byte) (left & 0x7f | 0x80));
      left >>>= 7;
    }
    out.put((byte) left);
  }

  static long get(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** A text with its length before it. */
  static void put(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    put(out, bytes.length);
    out.put(bytes);
  }

  static String getText(ByteBuffer in) {
    byte[] bytes = new byte[(int) get(in)];
    in.get(bytes);
    return new String(bytes, UTF_8);
  }
}
