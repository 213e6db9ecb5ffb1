package io.geolocsft.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes Exif blocks, sound or not: a directory of the camera, one of the picture, one of GPS. */
final class ExifBytes {

  private static final int ASCII = 2;
  private static final int LONG = 4;
  private static final int RATIONAL = 5;
  private static final int SIGNED_RATIONAL = 10;
  private static final int DOUBLE = 12;
  private static final int ENTRY = 12;

  private record Entry(int tag, int type, int count, byte[] value) {}

  private final List<Entry> picture = new ArrayList<>();
  private final List<Entry> gps = new ArrayList<>();

  /** Writes {@code \0} for a NUL and adds none; a reference of {@code -} is left out. */
  ExifBytes position(String latitudeRef, String latitude, String longitudeRef, String longitude) {
    text(gps, 1, latitudeRef);
    numbers(2, latitude);
    text(gps, 3, longitudeRef);
    numbers(4, longitude);
    return this;
  }

  /** Three texts, of which one that is {@code -} is left out. */
  ExifBytes time(String time, String fraction, String offset) {
    text(picture, 0x9003, time);
    text(picture, 0x9291, fraction);
    text(picture, 0x9011, offset);
    return this;
  }

  private static void text(List<Entry> directory, int tag, String text) {
    if (!text.equals("-")) {
      byte[] bytes = text.replace("\\0", "\0").getBytes(StandardCharsets.ISO_8859_1);
      directory.add(new Entry(tag, ASCII, bytes.length, bytes));
    }
  }

  /** Rationals {@code 35/1 41/1}, signed if one is negative, or doubles {@code 35.6894}. */
  private void numbers(int tag, String text) {
    String[] numbers = text.split(" ");
    ByteBuffer bytes = little(8 * numbers.length);
    boolean rational = text.contains("/");
    for (String number : numbers) {
      if (rational) {
        String[] parts = number.split("/");
        bytes.putInt((int) Long.parseLong(parts[0])).putInt((int) Long.parseLong(parts[1]));
      } else {
        bytes.putDouble(Double.parseDouble(number));
      }
    }
    int type = !rational ? DOUBLE : text.contains("-") ? SIGNED_RATIONAL : RATIONAL;
    gps.add(new Entry(tag, type, numbers.length, bytes.array()));
  }

  /** The TIFF structure. */
  byte[] block() {
    int pictureAt = 8 + size(2);
    int gpsAt = pictureAt + size(picture);
    ByteBuffer block = little(gpsAt + size(gps));
    block.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8);
    write(block, List.of(pointer(0x8769, pictureAt), pointer(0x8825, gpsAt)));
    write(block.position(pictureAt), picture);
    write(block.position(gpsAt), gps);
    return block.array();
  }

  private static Entry pointer(int tag, int to) {
    return new Entry(tag, LONG, 1, little(4).putInt(to).array());
  }

  private static int size(int entries) {
    return 2 + ENTRY * entries + 4;
  }

  private static int size(List<Entry> directory) {
    int values = directory.stream().mapToInt(entry -> Math.max(4, entry.value().length)).sum();
    return size(directory.size()) + values;
  }

  private static void write(ByteBuffer block, List<Entry> directory) {
    int at = block.position() + size(directory.size());
    block.putShort((short) directory.size());
    for (Entry entry : directory) {
      block.putShort((short) entry.tag()).putShort((short) entry.type()).putInt(entry.count());
      if (entry.value().length <= 4) {
        block.put(entry.value()).position(block.position() + 4 - entry.value().length);
      } else {
        block.putInt(at);
        block.duplicate().position(at).put(entry.value());
        at += entry.value().length;
      }
    }
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
