package io.geolocsft;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What befalls files: damage of bytes, and JSON that lies. */
public final class Mutations {

  private static final long[] EXTREMES = {
    0,
    1,
    -1,
    Byte.MAX_VALUE,
    Short.MIN_VALUE,
    Short.MAX_VALUE,
    0xffff,
    1 << 24,
    100_000_000,
    Integer.MIN_VALUE,
    Integer.MAX_VALUE,
    0xffff_ffffL,
    Long.MIN_VALUE,
    Long.MAX_VALUE
  };

  private static final int LONGEST_RUN = 64;

  private static final Pattern JSON_TOKEN =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|[-+.\\w]+|[\\[\\]{}:,]");

  private static final List<String> HOSTILE_VALUES =
      List.of(
          "0",
          "1",
          "-1",
          "2.5",
          "3",
          "1000",
          "65536",
          "2147483646",
          "2147483647",
          "2147483648",
          "4294967296",
          "9223372036854775807",
          "9223372036854775808",
          "1e999999999",
          "-1e999999999",
          "1e-999999999",
          "9".repeat(900),
          "null",
          "true",
          "false",
          "\"\"",
          "\"2\"",
          "\"NaN\"",
          "\"" + "x".repeat(20_000) + "\"",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "[]",
          "{}",
          "[null]",
          "[[[[1]]]]",
          "{\"a\":{\"b\":[1]}}",
          "[0]",
          "[" + "0,".repeat(2_000) + "0]",
          "[".repeat(400) + "]".repeat(400));

  /** Of characters up to U+00FF, which are written as one byte each and so need not be UTF-8. */
  private static final List<String> NO_JSON =
      List.of(
          "NaN",
          "9".repeat(5_000),
          "[".repeat(20_000),
          "{\"a\":".repeat(20_000),
          "\"\u00ff\u00fe\"",
          "\u00ff",
          "\0",
          "\0\0\u00fe\u00ff");

  private Mutations() {}

  /** One to four bytes or runs of bytes changed, removed, repeated or cut off. */
  public static byte[] bytes(byte[] sound, SplittableRandom random) {
    byte[] bytes = sound;
    for (int change = random.nextInt(4); change >= 0 && bytes.length > 0; change--) {
      bytes = changed(bytes, random.nextInt(bytes.length), random);
    }
    return bytes;
  }

  private static byte[] changed(byte[] bytes, int at, SplittableRandom random) {
    byte[] copy = bytes.clone();
    int run = Math.min(1 + random.nextInt(LONGEST_RUN), bytes.length - at);
    return switch (random.nextInt(8)) {
      case 0 -> {
        copy[at] ^= (byte) (1 << random.nextInt(8));
        yield copy;
      }
      case 1 -> {
        copy[at] = (byte) random.nextInt();
        yield copy;
      }
      case 2, 3 -> withNumber(copy, at, random);
      case 4 -> joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + run, bytes.length));
      case 5 -> joined(Arrays.copyOf(bytes, at + run), Arrays.copyOfRange(bytes, at, bytes.length));
      case 6 -> {
        byte[] noise = new byte[run];
        random.nextBytes(noise);
        yield joined(joined(Arrays.copyOf(bytes, at), noise), tail(bytes, at));
      }
      default -> random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : copy;
    };
  }

  private static byte[] withNumber(byte[] bytes, int at, SplittableRandom random) {
    long number = EXTREMES[random.nextInt(EXTREMES.length)];
    ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    int width = 1 << random.nextInt(1, 4);
    ByteBuffer encoded = ByteBuffer.allocate(Long.BYTES).order(order);
    switch (width) {
      case Short.BYTES -> encoded.putShort((short) number);
      case Integer.BYTES -> encoded.putInt((int) number);
      default -> encoded.putLong(number);
    }
    System.arraycopy(encoded.array(), 0, bytes, at, Math.min(width, bytes.length - at));
    return bytes;
  }

  private static byte[] tail(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }

  /** One to three values of a JSON text replaced, or its tokens or bytes thrown about. */
  public static byte[] json(byte[] sound, SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> bytes(sound, random);
      case 1 -> tokens(sound, random, Mutations::throwAbout);
      default -> tokens(sound, random, Mutations::replaceValue);
    };
  }

  private interface TokenChange {
    void apply(List<String> tokens, SplittableRandom random);
  }

  private static byte[] tokens(byte[] sound, SplittableRandom random, TokenChange change) {
    String text = new String(sound, StandardCharsets.ISO_8859_1);
    List<String> tokens =
        new ArrayList<>(JSON_TOKEN.matcher(text).results().map(MatchResult::group).toList());
    for (int left = random.nextInt(3); left >= 0; left--) {
      change.apply(tokens, random);
    }
    return String.join("", tokens).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void replaceValue(List<String> tokens, SplittableRandom random) {
    int at = random.nextInt(tokens.size());
    while (!isValue(tokens, at)) {
      at = random.nextInt(tokens.size());
    }
    tokens.set(at, HOSTILE_VALUES.get(random.nextInt(HOSTILE_VALUES.size())));
  }

  private static boolean isValue(List<String> tokens, int at) {
    boolean punctuation = "[]{}:,".contains(tokens.get(at));
    return !punctuation && (at + 1 == tokens.size() || !tokens.get(at + 1).equals(":"));
  }

  private static void throwAbout(List<String> tokens, SplittableRandom random) {
    int at = random.nextInt(tokens.size());
    switch (random.nextInt(5)) {
      case 0 -> tokens.remove(at);
      case 1 -> tokens.add(at, tokens.get(at));
      case 2 -> tokens.set(at, tokens.get(random.nextInt(tokens.size())));
      case 3 -> {
        int run = Math.min(1 + random.nextInt(12), tokens.size() - at);
        tokens.addAll(at, List.copyOf(tokens.subList(at, at + run)));
      }
      default -> tokens.set(at, NO_JSON.get(random.nextInt(NO_JSON.size())));
    }
  }
}
