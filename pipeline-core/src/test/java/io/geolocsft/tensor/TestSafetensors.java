package io.geolocsft.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.geolocsft.AllocatedBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestSafetensors {

  private static final String ONE =
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}";

  @TempDir private Path folder;

  private Path write(String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return writeBytes(json.length, json, dataBytes);
  }

  private Path writeBytes(long claimed, byte[] header, int dataBytes) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + header.length + dataBytes);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(claimed).put(header);
    return Files.write(folder.resolve("made.safetensors"), bytes.array());
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT32", "FLOAT16", "BFLOAT16", "INT64", "INT32", "UINT8", "BOOLEAN"})
  void everyTypeIsReadAsWritten(DataType type) throws IOException {
    Path file = folder.resolve("tensors.safetensors");
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      tensors.put("matrix", made(manager, type).reshape(2, 3));
      tensors.put("vector", made(manager, type));
      tensors.put("empty", Bfloat16.zeros(manager, new Shape(0, 4), type));
      Safetensors.write(file, tensors, Map.of("note", "with \"quotes\" and \u00e4"));
      try (Safetensors read = Safetensors.open(file)) {
        assertThat(read.entries().keySet()).containsExactly("matrix", "vector", "empty");
        assertThat(read.metadata())
            .containsExactly(Map.entry("note", "with \"quotes\" and \u00e4"));
        for (Map.Entry<String, NDArray> tensor : tensors.entrySet()) {
          NDArray again = read.read(tensor.getKey(), manager);
          assertThat(Bfloat16.typeOf(again)).isEqualTo(type);
          assertThat(again.getShape()).isEqualTo(tensor.getValue().getShape());
          assertThat(bytes(again)).isEqualTo(bytes(tensor.getValue()));
        }
      }
    }
    assertThat(Files.size(file) % 8).isEqualTo(3 * 2 * 2 * type.getNumOfBytes() % 8);
  }

  private static NDArray made(NDManager manager, DataType type) {
    NDArray values = manager.create(new float[] {0, 1, 2, 3, 100, 1});
    return Bfloat16.convert(values, type);
  }

  private static byte[] bytes(NDArray array) {
    ByteBuffer buffer = array.toByteBuffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Test
  void sameTensorsGiveTheSameBytes() throws IOException {
    Path file = folder.resolve("one.safetensors");
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      Safetensors.write(file, Map.of("a", manager.zeros(new Shape(1))), Map.of());
    }
    String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains(header);
  }

  static Stream<Arguments> brokenHeaders() {
    String tensor = "{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[%d,%d]}";
    return Stream.of(
        Arguments.of("no object", "[1]", 0, "not a JSON object"),
        Arguments.of("no JSON", "{\"a\":", 0, "Unexpected end-of-input"),
        Arguments.of("two objects", ONE + ONE, 16, "Trailing token"),
        Arguments.of("tensor is a number", "{\"a\":1}", 0, "tensor 'a' is not a JSON object"),
        Arguments.of("unknown type", ONE.replace("F32", "F8_E4M3"), 16, "type 'F8_E4M3'"),
        Arguments.of("no shape", ONE.replace("shape", "form"), 16, "lacks dtype, shape"),
        Arguments.of(
            "one offset", ONE.replace("[0,16]", "[0]"), 16, "lacks dtype, shape or data_offsets"),
        Arguments.of("negative side", ONE.replace("[2,2]", "[-2,-2]"), 16, "bad shape"),
        Arguments.of("fraction of a side", ONE.replace("[2,2]", "[2,2.5]"), 16, "bad shape"),
        Arguments.of("side is text", ONE.replace("[2,2]", "[\"2\",2]"), 16, "bad shape"),
        Arguments.of("fractional offset", ONE.replace("[0,16]", "[0.5,16]"), 16, "bad offsets"),
        Arguments.of(
            "overflowing shape",
            ONE.replace("[2,2]", "[4611686018427387904,4]"),
            16,
            "absurd shape"),
        Arguments.of(
            "overflowing shape of no element",
            ONE.replace("[2,2]", "[0,4611686018427387904,4]").replace("[0,16]", "[0,0]"),
            0,
            "absurd shape"),
        Arguments.of(
            "nine sides", ONE.replace("[2,2]", "[2,2,1,1,1,1,1,1,1]"), 16, "bad shape at 1"),
        Arguments.of(
            "side over 64 bits", ONE.replace("[2,2]", "[99999999999999999999]"), 16, "bad shape"),
        Arguments.of("reversed offsets", ONE.replace("[0,16]", "[16,0]"), 16, "needs 16 bytes"),
        Arguments.of("negative offset", ONE.replace("[0,16]", "[-16,0]"), 16, "bad offsets"),
        Arguments.of("too few bytes", ONE.replace("[0,16]", "[0,12]"), 12, "needs 16 bytes"),
        Arguments.of("truncated data", ONE, 15, "truncated or has a tail"),
        Arguments.of("tail", ONE, 17, "truncated or has a tail"),
        Arguments.of(
            "overlap",
            "{\"a\":%s,\"b\":%s}".formatted(tensor.formatted(0, 16), tensor.formatted(8, 24)),
            24,
            "gap or overlap"),
        Arguments.of(
            "gap",
            "{\"a\":%s,\"b\":%s}".formatted(tensor.formatted(0, 16), tensor.formatted(20, 36)),
            36,
            "gap or overlap"),
        Arguments.of(
            "duplicate key",
            "{\"a\":%s,\"a\":%s}".formatted(tensor.formatted(0, 16), tensor.formatted(16, 32)),
            32,
            "Duplicate"),
        Arguments.of("metadata is a list", "{\"__metadata__\":[1]}", 0, "__metadata__"),
        Arguments.of("metadata is not text", "{\"__metadata__\":{\"a\":{}}}", 0, "__metadata__"),
        Arguments.of("deep", "{\"a\":{\"b\":" + "[".repeat(50_000), 0, "nesting depth"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenHeaders")
  void brokenHeaderIsRefused(String name, String header, int dataBytes, String message)
      throws IOException {
    Path file = write(header, dataBytes);
    assertThatThrownBy(() -> Safetensors.open(file))
        .as(name)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("made.safetensors")
        .hasMessageContaining(message);
  }

  @Test
  void headerLengthIsCheckedBeforeItIsRead() throws IOException {
    for (long claimed : List.of(-1L, 0L, 1L, 65L, 100_000_000L, 1L << 40, Long.MAX_VALUE)) {
      Path file = writeBytes(claimed, ONE.getBytes(StandardCharsets.UTF_8), 0);
      assertThatThrownBy(() -> Safetensors.open(file))
          .as("claimed length " + claimed)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("made.safetensors")
          .hasMessageContaining("its header claims " + claimed);
    }
  }

  @Test
  void fileTooShortForALengthIsRefused() throws IOException {
    for (int size = 0; size < Long.BYTES; size++) {
      Path file = Files.write(folder.resolve("short.safetensors"), new byte[size]);
      assertThatThrownBy(() -> Safetensors.open(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("short.safetensors");
    }
  }

  @Test
  void headerThatIsNoUtf8IsRefused() throws IOException {
    for (Charset charset : List.of(StandardCharsets.UTF_16BE, Charset.forName("UTF-32LE"))) {
      byte[] header = ONE.getBytes(charset);
      Path file = writeBytes(header.length, header, 16);
      assertThatThrownBy(() -> Safetensors.open(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("made.safetensors is not a valid safetensors file");
    }
    byte[] header = ONE.replace("\"a\"", "\"\u00e4\"").getBytes(StandardCharsets.ISO_8859_1);
    Path file = writeBytes(header.length, header, 16);
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("made.safetensors")
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void headerFullOfBracketsTakesLittleMemory() throws Exception {
    String brackets = "[],".repeat(1 << 20);
    String header = ONE.replace("\"dtype\"", "\"x\":[" + brackets + "[]],\"dtype\"");
    Path file = write(header, 16);
    // The header itself, twice.
    long allocated = AllocatedBytes.of(() -> Safetensors.open(file).close());
    assertThat(allocated).isLessThan(3L * header.length());
  }

  @Test
  void aLongNameDoesNotFillTheMessage() throws IOException {
    Path file = write(ONE.replace("\"a\"", "\"" + "a".repeat(40_000) + "\""), 15);
    assertThatThrownBy(() -> Safetensors.open(file))
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(1_000));
    try (Safetensors sound = Safetensors.open(write(ONE, 16));
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      assertThatThrownBy(() -> sound.read("a".repeat(40_000), manager))
          .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(1_000));
    }
  }

  @Test
  void aTensorLargerThanABufferIsWrittenInStretches() throws IOException {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      NDArray rows = manager.arange(0, 7 * 3, 1, DataType.FLOAT32).reshape(7, 3);
      NDArray half = Bfloat16.convert(rows, DataType.BFLOAT16);
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      tensors.put("wide", rows);
      tensors.put("half", half);
      Safetensors.write(folder.resolve("whole"), tensors, Map.of());
      Map<String, Safetensors.TensorLayout> layouts = new LinkedHashMap<>();
      layouts.put("wide", new Safetensors.TensorLayout(rows.getShape(), DataType.FLOAT32));
      layouts.put("half", new Safetensors.TensorLayout(rows.getShape(), DataType.BFLOAT16));
      for (long stretch : new long[] {5, 12, 30}) {
        Path parts = folder.resolve("parts" + stretch);
        Safetensors.writeAll(
            parts, layouts, Map.of(), name -> tensors.get(name).stopGradient(), stretch);
        assertThat(parts).hasSameBinaryContentAs(folder.resolve("whole"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 30, 84, 1_000})
  void aTensorLargerThanABufferIsReadInStretches(int stretch) throws IOException {
    Path file = folder.resolve("large.safetensors");
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      NDArray rows = manager.arange(0, 7 * 3, 1, DataType.FLOAT32).reshape(7, 3);
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      tensors.put("wide", rows);
      tensors.put("half", Bfloat16.convert(rows, DataType.BFLOAT16));
      tensors.put("numbers", rows.toType(DataType.INT64, true));
      tensors.put("one", rows.sum());
      Safetensors.write(file, tensors, Map.of());
      try (Safetensors stored = Safetensors.open(file)) {
        for (Map.Entry<String, NDArray> tensor : tensors.entrySet()) {
          NDArray read = stored.read(tensor.getKey(), manager, stretch);
          assertThat(read.getShape()).isEqualTo(tensor.getValue().getShape());
          assertThat(Bfloat16.typeOf(read)).isEqualTo(Bfloat16.typeOf(tensor.getValue()));
          assertThat(Bfloat16.convert(read, DataType.FLOAT32).toFloatArray())
              .isEqualTo(Bfloat16.convert(tensor.getValue(), DataType.FLOAT32).toFloatArray());
        }
      }
    }
  }

  /** Cut short after its header was checked: through a memory map this would end the process. */
  @Test
  void aFileThatIsCutWhileItIsOpenIsRefused() throws IOException {
    Path file = write(ONE, 16);
    try (Safetensors open = Safetensors.open(file);
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) - 1));
      assertThatThrownBy(() -> open.read("a", manager))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("made.safetensors is not a valid safetensors file")
          .hasMessageContaining("it ends before its last byte");
    }
  }

  @Test
  void missingTensorIsNamed() throws IOException {
    try (Safetensors file = Safetensors.open(write(ONE, 16));
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      assertThatThrownBy(() -> file.read("b", manager))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("made.safetensors has no tensor 'b'");
    }
  }
}
