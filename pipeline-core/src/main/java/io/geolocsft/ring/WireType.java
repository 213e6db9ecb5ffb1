package io.geolocsft.ring;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What a float32 vector travels as, in little endian. */
public enum WireType {
  FLOAT32 {
    @Override
    int bytes(int count) {
      return count * Float.BYTES;
    }

    @Override
    void put(float[] vector, int begin, int count, ByteBuffer to, Scratch scratch) {
      to.asFloatBuffer().put(vector, begin, count);
    }

    @Override
    void get(ByteBuffer from, float[] vector, int begin, int count, Scratch scratch) {
      from.asFloatBuffer().get(vector, begin, count);
    }
  },

  /**
   * Half the bytes; every partial sum is rounded to 8 bits of precision, to nearest even. Each INT
   * holds a value of a chunk's first half and above it the one of the second half.
   */
  BFLOAT16 {
    @Override
    int bytes(int count) {
      return half(count) * Integer.BYTES;
    }

    @Override
    void put(float[] vector, int begin, int count, ByteBuffer to, Scratch scratch) {
      scratch.round(vector, begin, count);
      to.asIntBuffer().put(scratch.packed, 0, half(count));
    }

    @Override
    void get(ByteBuffer from, float[] vector, int begin, int count, Scratch scratch) {
      from.asIntBuffer().get(scratch.packed, 0, half(count));
      scratch.widen(vector, begin, count);
    }
  };

  /** Bytes of so many values. */
  abstract int bytes(int count);

  /** Writes a part of a vector at the buffer's position, which stays. */
  abstract void put(float[] vector, int begin, int count, ByteBuffer to, Scratch scratch);

  /** Reads a part of a vector from the buffer's position, which stays. */
  abstract void get(ByteBuffer from, float[] vector, int begin, int count, Scratch scratch);

  /** Gives a part of a vector the values that those who receive it have. */
  void round(float[] vector, int begin, int count, Scratch scratch) {
    if (this == BFLOAT16) {
      scratch.round(vector, begin, count);
      scratch.widen(vector, begin, count);
    }
  }

  private static int half(int count) {
    return (count + 1) / 2;
  }

  /**
   * Room to convert in. Floats become integers by a copy through a buffer, and the loops are of INT
   * operations on neighbours without a branch: the compiler makes vector instructions of that,
   * which it does neither of {@link Float#floatToRawIntBits} nor of SHORT beside INT.
   */
  static final class Scratch {

    private static final int INFINITY = 0x7f800000;
    private static final int QUIET = 0x400000;
    private static final int UPPER = 0xffff0000;

    private final ByteBuffer buffer;
    private final int[] ints;
    private final int[] packed;

    /**
     * @param length most values that are converted at a time
     */
    Scratch(int length) {
      buffer = ByteBuffer.allocateDirect(length * Float.BYTES).order(ByteOrder.nativeOrder());
      ints = new int[length + 1];
      packed = new int[half(length)];
    }

    private void round(float[] vector, int begin, int count) {
      buffer.asFloatBuffer().put(vector, begin, count);
      buffer.asIntBuffer().get(ints, 0, count);
      ints[count] = 0; // the partner that the last value of an odd count lacks
      int half = half(count);
      for (int i = 0; i < half; i++) {
        packed[i] = (rounded(ints[i]) >>> 16) | (rounded(ints[half + i]) & UPPER);
      }
    }

    /** The bits of a float32 with those of the nearest bfloat16 above. */
    private static int rounded(int bits) {
      int isNan = (INFINITY - (bits & 0x7fffffff)) >> 31; // all ones or none
      int toNearestEven = (0x7fff + ((bits >>> 16) & 1)) & ~isNan;
      return (bits + toNearestEven) | (isNan & QUIET);
    }

    private void widen(float[] vector, int begin, int count) {
      int half = half(count);
      for (int i = 0; i < half; i++) {
        ints[i] = packed[i] << 16;
      }
      for (int i = 0; i < half; i++) {
        ints[half + i] = packed[i] & UPPER;
      }
      buffer.asIntBuffer().put(ints, 0, count);
      buffer.asFloatBuffer().get(vector, begin, count);
    }
  }
}
