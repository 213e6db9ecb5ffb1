package io.geolocsft.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.json.JsonFile;
import io.geolocsft.json.UnusableFileException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A safetensors file: eight bytes of header length, a JSON header, then the tensors' bytes. Nothing
 * in it is executable.
 *
 * <p>The header is checked whole before anything is read: its length, every type, shape and offset,
 * and that the tensors fill the rest of the file without overlap or gap, as the format demands
 * (https://github.com/huggingface/safetensors).
 */
public final class Safetensors implements Closeable {

  /** Upstream's own limit. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  /** Bytes that are read at once: what a tensor takes beside its own memory. */
  private static final int READ_STRETCH = 1 << 26;

  /** Bytes of either tensor that are compared at once. */
  private static final int COMPARED_STRETCH = 1 << 20;

  /** Bytes that are written at once. */
  private static final long WRITE_STRETCH = 1L << 30;

  /** The types that are read and written, by their names in the format. */
  static final Map<String, DataType> TYPES =
      Map.of(
          "F32", DataType.FLOAT32,
          "F16", DataType.FLOAT16,
          "BF16", DataType.BFLOAT16,
          "I64", DataType.INT64,
          "I32", DataType.INT32,
          "U8", DataType.UINT8,
          "BOOL", DataType.BOOLEAN);

  /**
   * One tensor.
   *
   * @param begin first byte, from the end of the header
   * @param end byte after the last
   */
  public record Entry(String name, DataType type, Shape shape, long begin, long end) {}

  private final Path file;
  private final FileChannel channel;
  private final long dataStart;
  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;
  private ByteBuffer stage;

  private Safetensors(
      Path file,
      FileChannel channel,
      long dataStart,
      Map<String, Entry> entries,
      Map<String, String> metadata) {
    this.file = file;
    this.channel = channel;
    this.dataStart = dataStart;
    this.entries = entries;
    this.metadata = metadata;
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws IOException if the file cannot be read or breaks the format; the message names both
   */
  public static Safetensors open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return parse(file, channel);
    } catch (JacksonException e) {
      channel.close();
      throw invalid(file, JsonFile.quote(e.getOriginalMessage()), e);
    } catch (CharacterCodingException e) {
      channel.close();
      throw invalid(file, "its header is not UTF-8", e);
    } catch (IllegalArgumentException | EOFException e) {
      channel.close();
      throw invalid(file, e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static IOException invalid(Path file, String reason, Exception cause) {
    return new UnusableFileException(
        "%s is not a valid safetensors file: %s".formatted(file, reason), cause);
  }

  private static Safetensors parse(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    checkArgument(size >= Long.BYTES, "it has only %s bytes", size);
    long length = read(channel, 0, Long.BYTES).getLong();
    checkArgument(
        length >= 2 && length <= MAX_HEADER_BYTES && length <= size - Long.BYTES,
        "its header claims %s bytes in a file of %s",
        length,
        size);
    byte[] json = new byte[(int) length];
    read(channel, Long.BYTES, json.length).get(json);
    SafetensorsHeader header = SafetensorsHeader.parse(json);
    long dataStart = Long.BYTES + length;
    header.checkContiguous(size - dataStart);
    return new Safetensors(
        file,
        channel,
        dataStart,
        Collections.unmodifiableMap(header.entries()),
        Collections.unmodifiableMap(header.metadata()));
  }

  /** The tensors by name, in the order of the header. */
  public Map<String, Entry> entries() {
    return entries;
  }

  /** The file's free-form notes. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Reads one tensor into memory of the manager's device, stretch by stretch. Not through a memory
   * map: a file that is cut short while it is mapped ends the process.
   *
   * @throws IOException if the tensor does not exist or cannot be read
   */
  public NDArray read(String name, NDManager manager) throws IOException {
    return read(name, manager, READ_STRETCH);
  }

  /** The same with another length of a stretch, in bytes. */
  NDArray read(String name, NDManager manager, int stretch) throws IOException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new UnusableFileException(
          "%s has no tensor '%s'".formatted(file, JsonFile.quote(name)));
    }
    NDArray cells =
        entry.type() == DataType.BFLOAT16
            ? Bfloat16.empty(manager, entry.shape().size())
            : manager.create(new Shape(entry.shape().size()), entry.type());
    try (cells) {
      fill(cells, entry, stretch, manager);
      return cells.reshape(entry.shape());
    } catch (EOFException e) {
      throw invalid(file, e.getMessage(), e);
    }
  }

  /** Whether a tensor has the type, the shape and the bytes of another, maybe in another file. */
  public boolean isEqual(String name, Safetensors other, String otherName) throws IOException {
    Entry mine = entries.get(name);
    Entry theirs = other.entries.get(otherName);
    if (mine.type() != theirs.type() || !mine.shape().equals(theirs.shape())) {
      return false;
    }
    ByteBuffer left = ByteBuffer.allocate(COMPARED_STRETCH);
    ByteBuffer right = ByteBuffer.allocate(COMPARED_STRETCH);
    long length = mine.end() - mine.begin();
    for (long at = 0; at < length; at += COMPARED_STRETCH) {
      int bytes = (int) Math.min(COMPARED_STRETCH, length - at);
      readAt(mine.begin() + at, left.clear().limit(bytes));
      other.readAt(theirs.begin() + at, right.clear().limit(bytes));
      if (!left.equals(right)) {
        return false;
      }
    }
    return true;
  }

  private void readAt(long position, ByteBuffer buffer) throws IOException {
    try {
      read(channel, dataStart + position, buffer);
    } catch (EOFException e) {
      throw invalid(file, e.getMessage(), e);
    }
  }

  private void fill(NDArray cells, Entry entry, int stretch, NDManager manager) throws IOException {
    boolean bfloat16 = entry.type() == DataType.BFLOAT16;
    DataType held = bfloat16 ? DataType.FLOAT16 : entry.type();
    int width = held.getNumOfBytes();
    long most = Math.max(1, stretch / width);
    for (long cell = 0; cell < cells.size(); cell += most) {
      long end = Math.min(cells.size(), cell + most);
      ByteBuffer bytes = stage((int) (end - cell) * width);
      read(channel, dataStart + entry.begin() + cell * width, bytes);
      try (NDArray part = manager.create(bytes, new Shape(end - cell), held)) {
        if (bfloat16) {
          Bfloat16.putBits(cells, cell, part);
        } else {
          cells.set(new NDIndex("{}:{}", cell, end), part);
        }
      }
    }
  }

  /** Memory outside the heap, which is used over and over. */
  private ByteBuffer stage(int bytes) {
    if (stage == null || stage.capacity() < bytes) {
      stage = ByteBuffer.allocateDirect(bytes);
    }
    return stage.clear().limit(bytes).slice().order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static ByteBuffer read(FileChannel channel, long position, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    read(channel, position, buffer);
    return buffer;
  }

  /** Fills a buffer and flips it. */
  private static void read(FileChannel channel, long position, ByteBuffer buffer)
      throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("it ends before its last byte");
      }
    }
    buffer.flip();
  }

  /**
   * Writes tensors as they are, in the map's order.
   *
   * @param metadata free-form notes for the header
   */
  public static void write(Path file, Map<String, NDArray> tensors, Map<String, String> metadata)
      throws IOException {
    writeAll(
        file, layouts(tensors), metadata, name -> tensors.get(name).stopGradient(), WRITE_STRETCH);
  }

  /** The same to a channel, which stays open. */
  public static void write(
      WritableByteChannel out, Map<String, NDArray> tensors, Map<String, String> metadata)
      throws IOException {
    writeAll(
        out, layouts(tensors), metadata, name -> tensors.get(name).stopGradient(), WRITE_STRETCH);
  }

  private static Map<String, TensorLayout> layouts(Map<String, NDArray> tensors) {
    Map<String, TensorLayout> layouts = new LinkedHashMap<>();
    tensors.forEach(
        (name, array) ->
            layouts.put(name, new TensorLayout(array.getShape(), Bfloat16.typeOf(array))));
    return layouts;
  }

  /**
   * Writes tensors that are made one by one, so that they are never in memory together.
   *
   * @param like arrays of the same names, shapes and order
   * @param type of what is written
   * @param values makes a tensor of that type by its name; it is closed when it is written
   */
  public static void write(
      Path file,
      Map<String, NDArray> like,
      DataType type,
      Function<String, NDArray> values,
      Map<String, String> metadata)
      throws IOException {
    Map<String, TensorLayout> layouts = new LinkedHashMap<>();
    like.forEach((name, array) -> layouts.put(name, new TensorLayout(array.getShape(), type)));
    writeAll(file, layouts, metadata, values, WRITE_STRETCH);
  }

  record TensorLayout(Shape shape, DataType type) {
    long bytes() {
      return shape.size() * type.getNumOfBytes();
    }
  }

  /**
   * Writes a header and then tensor after tensor.
   *
   * @param values gives an array that may be closed
   * @param stretch how many bytes to write at once at most
   */
  static void writeAll(
      Path file,
      Map<String, TensorLayout> layouts,
      Map<String, String> metadata,
      Function<String, NDArray> values,
      long stretch)
      throws IOException {
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      writeAll(out, layouts, metadata, values, stretch);
      out.force(true);
    }
  }

  private static void writeAll(
      WritableByteChannel out,
      Map<String, TensorLayout> layouts,
      Map<String, String> metadata,
      Function<String, NDArray> values,
      long stretch)
      throws IOException {
    byte[] header = header(layouts, metadata);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    writeFully(out, length.putLong(header.length).flip());
    writeFully(out, ByteBuffer.wrap(header));
    for (Map.Entry<String, TensorLayout> tensor : layouts.entrySet()) {
      try (NDArray value = values.apply(tensor.getKey())) {
        TensorLayout layout = new TensorLayout(value.getShape(), Bfloat16.typeOf(value));
        if (!layout.equals(tensor.getValue())) {
          throw new IllegalArgumentException(
              "%s is %s, not %s".formatted(tensor.getKey(), layout, tensor.getValue()));
        }
        writeTensor(out, value, stretch);
      }
    }
  }

  /** By rows where the whole would not fit a buffer, as the embedding of the 27B. */
  private static void writeTensor(WritableByteChannel out, NDArray value, long stretch)
      throws IOException {
    long bytes = value.size() * Bfloat16.typeOf(value).getNumOfBytes();
    if (bytes <= stretch) {
      writeFully(out, value.toByteBuffer());
      return;
    }
    long rows = value.getShape().get(0);
    long step = Math.max(1, stretch / (bytes / rows));
    for (long row = 0; row < rows; row += step) {
      try (NDArray part = value.get(row + ":" + Math.min(rows, row + step))) {
        writeFully(out, part.toByteBuffer());
      }
    }
  }

  private static byte[] header(Map<String, TensorLayout> layouts, Map<String, String> metadata)
      throws IOException {
    Map<String, Object> root = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      root.put("__metadata__", metadata);
    }
    long offset = 0;
    for (Map.Entry<String, TensorLayout> tensor : layouts.entrySet()) {
      long end = offset + tensor.getValue().bytes();
      // In this order always, so that the same tensors give the same bytes.
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("dtype", typeName(tensor.getValue().type()));
      entry.put("shape", tensor.getValue().shape().getShape());
      entry.put("data_offsets", new long[] {offset, end});
      root.put(tensor.getKey(), entry);
      offset = end;
    }
    byte[] json = new ObjectMapper().writeValueAsBytes(root);
    // Spaces up to a multiple of eight, so that the tensors lie aligned.
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static String typeName(DataType type) {
    return TYPES.entrySet().stream()
        .filter(e -> e.getValue() == type)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("safetensors has no type for " + type));
  }

  private static void writeFully(WritableByteChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
