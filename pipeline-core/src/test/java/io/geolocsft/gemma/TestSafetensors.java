package io.geolocsft.gemma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TestSafetensors {

  private static final String ONE =
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}";
  private static final String REPLACEMENTS = "{}[]\",:0123456789-eE.\\\0\u00ff";
  private static final int MUTANTS = 2_000;

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
        Arguments.of("no object", "[1]", 0, "no JSON object"),
        Arguments.of("no JSON", "{\"a\":", 0, "Unexpected end-of-input"),
        Arguments.of("two objects", ONE + ONE, 16, "Trailing token"),
        Arguments.of("tensor is a number", "{\"a\":1}", 0, "tensor 'a' has type ''"),
        Arguments.of("unknown type", ONE.replace("F32", "F8_E4M3"), 16, "type 'F8_E4M3'"),
        Arguments.of("no shape", ONE.replace("shape", "form"), 16, "lacks shape"),
        Arguments.of("one offset", ONE.replace("[0,16]", "[0]"), 16, "lacks shape or data_offsets"),
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
        Arguments.of("metadata is no text", "{\"__metadata__\":{\"a\":{}}}", 0, "__metadata__"),
        Arguments.of("deep", "{\"a\":" + "[".repeat(50_000), 0, "nesting depth"));
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
  void missingTensorIsNamed() throws IOException {
    try (Safetensors file = Safetensors.open(write(ONE, 16));
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      assertThatThrownBy(() -> file.read("b", manager))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("made.safetensors has no tensor 'b'");
    }
  }

  @Test
  void mutatedHeadersAreReadOrRefusedButNeverCrash() throws IOException {
    long seed = 20_260_101;
    Random random = new Random(seed);
    String tensor = "\"%s\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[%d,%d]}";
    byte[] sound =
        "{\"__metadata__\":{\"format\":\"pt\"},%s,%s}"
            .formatted(tensor.formatted("a", 0, 16), tensor.formatted("b", 16, 32))
            .getBytes(StandardCharsets.UTF_8);
    int refused = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutated(sound, random);
      Path file = writeBytes(mutant.length, mutant, 32);
      try (Safetensors read = Safetensors.open(file)) {
        assertThat(read.entries()).hasSizeLessThanOrEqualTo(2);
      } catch (IOException e) {
        assertThat(e).as("seed %d, mutant %d", seed, i).hasMessageContaining("made.safetensors");
        refused++;
      }
    }
    assertThat(refused).as("seed %d", seed).isBetween(MUTANTS / 2, MUTANTS);
  }

  /** One to four bytes replaced, removed or repeated. */
  private static byte[] mutated(byte[] sound, Random random) {
    byte[] bytes = sound;
    for (int change = random.nextInt(4); change >= 0; change--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(3)) {
        case 0 -> {
          bytes = bytes.clone();
          bytes[at] = (byte) REPLACEMENTS.charAt(random.nextInt(REPLACEMENTS.length()));
        }
        case 1 -> {
          byte[] shorter = Arrays.copyOf(bytes, bytes.length - 1);
          System.arraycopy(bytes, at + 1, shorter, at, shorter.length - at);
          bytes = shorter;
        }
        default -> {
          byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
          System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
          bytes = longer;
        }
      }
    }
    return bytes;
  }
}
