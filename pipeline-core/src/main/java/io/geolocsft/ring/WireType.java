package io.geolocsft.ring;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** What a float32 vector travels as. */
public enum WireType {
  FLOAT32(Float.BYTES) {
    @Override
    void put(float[] vector, int begin, int count, ByteBuffer to) {
      to.asFloatBuffer().put(vector, begin, count);
    }

    @Override
    void get(ByteBuffer from, int count, float[] values) {
      FloatBuffer floats = from.asFloatBuffer();
      floats.get(values, 0, count);
    }

    @Override
    void round(float[] vector, int begin, int count) {}
  },

  /** Half the bytes; every partial sum is rounded to 8 bits of precision, to nearest even. */
  BFLOAT16(Short.BYTES) {
    @Override
    void put(float[] vector, int begin, int count, ByteBuffer to) {
      ShortBuffer shorts = to.asShortBuffer();
      for (int i = 0; i < count; i++) {
        shorts.put(i, bits(vector[begin + i]));
      }
    }

    @Override
    void get(ByteBuffer from, int count, float[] values) {
      ShortBuffer shorts = from.asShortBuffer();
      for (int i = 0; i < count; i++) {
        values[i] = Float.intBitsToFloat(shorts.get(i) << 16);
      }
    }

    @Override
    void round(float[] vector, int begin, int count) {
      for (int i = begin; i < begin + count; i++) {
        vector[i] = Float.intBitsToFloat(bits(vector[i]) << 16);
      }
    }
  };

  private final int bytes;

  WireType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes a value. */
  int bytes() {
    return bytes;
  }

  /** Writes a part of a vector at the buffer's position, which stays. */
  abstract void put(float[] vector, int begin, int count, ByteBuffer to);

  /** Reads values from the buffer's position, which stays. */
  abstract void get(ByteBuffer from, int count, float[] values);

  /** Gives a part of a vector the values that those who receive it have. */
  abstract void round(float[] vector, int begin, int count);

  /** To nearest, ties to even. What is not a number stays none. */
  private static short bits(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
