package io.geolocsft.ring;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One direction of a connection between neighbours, without blocking: frames of a header of kind,
 * number and payload length, INT each, big endian, and the payload, little endian. The kinds:
 *
 * <ul>
 *   <li>a chunk of a vector, with its running number;
 *   <li>a sign of life of a rank that waits, with the rank that it waits for;
 *   <li>the end of the run, with the rank that stopped it and its reason in UTF-8;
 *   <li>the end of the ring, with the rank that noticed and what it noticed in UTF-8.
 * </ul>
 */
final class RingLink {

  static final int CHUNK = 1;
  static final int WAITING = 2;
  static final int STOPPED = 3;
  static final int BROKEN = 4;

  /** Payload bytes that a frame may have. */
  static final int MAX_PAYLOAD = 1 << 18;

  private static final int HEADER = 3 * Integer.BYTES;

  private final SocketChannel channel;
  private final int peer;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(HEADER + MAX_PAYLOAD).order(ByteOrder.BIG_ENDIAN);

  /**
   * @param peer rank at the other end
   */
  RingLink(SocketChannel channel, int peer) {
    this.channel = channel;
    this.peer = peer;
    buffer.limit(0);
  }

  int peer() {
    return peer;
  }

  SocketChannel channel() {
    return channel;
  }

  // Sending

  /** Whether a frame is not yet sent whole. */
  boolean isSending() {
    return buffer.hasRemaining();
  }

  /** Begins a frame; {@link #flush} sends it. The caller fills in the payload. */
  ByteBuffer begin(int kind, int number, int length) {
    buffer.clear().limit(HEADER + length);
    buffer.putInt(0, kind).putInt(Integer.BYTES, number).putInt(2 * Integer.BYTES, length);
    return buffer.slice(HEADER, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  void begin(int kind, int number, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, MAX_PAYLOAD);
    begin(kind, number, length).put(bytes, 0, length);
  }

  /** Sends what the socket takes. */
  boolean flush() throws IOException {
    return buffer.hasRemaining() && channel.write(buffer) > 0;
  }

  // Receiving

  /** Makes room for the next frame. */
  void next() {
    buffer.clear().limit(HEADER);
  }

  /**
   * Reads what is there.
   *
   * @return whether anything was
   * @throws RingException if the header is not one of the ring's
   */
  boolean fill() throws IOException {
    boolean moved = read();
    if (buffer.position() == HEADER && buffer.limit() == HEADER) {
      buffer.limit(HEADER + checkedLength());
      moved |= read();
    }
    return moved;
  }

  private boolean read() throws IOException {
    if (!buffer.hasRemaining()) {
      return false;
    }
    int count = channel.read(buffer);
    if (count < 0) {
      throw new EOFException("it closed the connection");
    }
    return count > 0;
  }

  private int checkedLength() throws RingException {
    int length = length();
    if (kind() < CHUNK || kind() > BROKEN || length < 0 || length > MAX_PAYLOAD) {
      throw new RingException(
          String.format(
              Locale.ROOT,
              "Rank %d sent a frame of kind %d and %d bytes, which the ring does not know",
              peer,
              kind(),
              length));
    }
    return length;
  }

  /** Whether a frame is there whole. */
  boolean isComplete() {
    return !buffer.hasRemaining() && buffer.limit() == HEADER + length();
  }

  int kind() {
    return buffer.getInt(0);
  }

  int number() {
    return buffer.getInt(Integer.BYTES);
  }

  int length() {
    return buffer.getInt(2 * Integer.BYTES);
  }

  ByteBuffer payload() {
    return buffer.slice(HEADER, length()).order(ByteOrder.LITTLE_ENDIAN);
  }

  String text() {
    return StandardCharsets.UTF_8.decode(payload()).toString();
  }
}
