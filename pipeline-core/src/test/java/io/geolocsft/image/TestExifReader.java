package io.geolocsft.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.geolocsft.AllocatedBytes;
import io.geolocsft.geo.GeoPoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TestExifReader {

  static List<JsonNode> cases() throws IOException {
    return Goldens.cases("exif");
  }

  @Test
  void everyCaseIsRead() throws IOException {
    assertThat(cases()).hasSize(10);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readsWhatTheCameraWrote(JsonNode golden) throws IOException {
    Exif exif = ExifReader.read(Goldens.bytes(golden.get("file").asText()));
    assertThat(exif.capturedAt().map(Instant::toString).orElse(null))
        .isEqualTo(golden.path("captured_at").asText(null));
    assertThat(exif.location().isPresent()).isEqualTo(golden.has("latitude"));
    if (exif.location().isPresent()) {
      GeoPoint point = exif.location().get();
      assertThat(point.latitude()).isCloseTo(golden.get("latitude").asDouble(), within(1e-9));
      assertThat(point.longitude()).isCloseTo(golden.get("longitude").asDouble(), within(1e-9));
    }
  }

  @Test
  void readsTheOrientation() throws IOException {
    for (int orientation = 1; orientation <= 8; orientation++) {
      Exif exif = ExifReader.read(Goldens.bytes("orientation-" + orientation + ".jpg"));
      assertThat(exif.orientation()).isEqualTo(orientation);
    }
  }

  @Test
  void noDamageMakesItFail() throws IOException {
    long seed = 20260102;
    Random random = new Random(seed);
    byte[] whole = Goldens.bytes("exif-whole.jpg");
    int unchanged = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = whole.clone();
      for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
        damaged[random.nextInt(300)] = (byte) random.nextInt();
      }
      Exif exif = ExifReader.read(damaged);
      assertThat(exif.orientation()).as("seed %d, case %d", seed, i).isBetween(1, 8);
      unchanged += exif.location().isPresent() ? 1 : 0;
    }
    assertThat(unchanged).as("seed %d", seed).isBetween(1, 2999);
  }

  /** Each would take gigabytes or the whole stack if it were believed. */
  @ParameterizedTest
  @MethodSource("bombs")
  void aHostileBlockTakesLittle(String name, byte[] block) throws Exception {
    byte[] jpeg = withExif(block, Goldens.bytes("gray.jpg"));
    assertThat(JpegHeader.parse(jpeg).exif()).as(name).isEqualTo(block);
    long allocated = AllocatedBytes.of(() -> assertNothing(ExifReader.read(jpeg)));
    assertThat(allocated).as(name).isLessThan(4 << 20);
  }

  private static void assertNothing(Exif exif) {
    assertThat(exif).isEqualTo(Exif.NONE);
  }

  static Stream<Arguments> bombs() {
    return Stream.of(
        Arguments.of("every tag claims the whole block", tags(5_000, i -> i + 20_000, 5, 8_000)),
        Arguments.of("every tag points to 15,000 positions", tags(5_000, i -> 0x8825, 4, 15_000)),
        Arguments.of("directories within directories", nested(3_600)));
  }

  private static byte[] tags(int tags, IntUnaryOperator id, int type, int count) {
    ByteBuffer block = tiff(65_000).putShort((short) tags);
    for (int i = 0; i < tags; i++) {
      block.putShort((short) id.applyAsInt(i)).putShort((short) type).putInt(count).putInt(8);
    }
    return block.array();
  }

  private static byte[] nested(int levels) {
    ByteBuffer block = tiff(8 + 18 * levels + 2);
    for (int i = 1; i <= levels; i++) {
      int next = 8 + 18 * i;
      // SubIFDs, one long.
      block.putShort((short) 1).putShort((short) 0x14a).putShort((short) 4).putInt(1);
      block.putInt(next).putInt(0);
    }
    return block.array();
  }

  private static ByteBuffer tiff(int size) {
    ByteBuffer block = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    return block.putShort((short) 0x4949).putShort((short) 42).putInt(8);
  }

  private static byte[] withExif(byte[] block, byte[] jpeg) {
    ByteBuffer file = ByteBuffer.allocate(jpeg.length + block.length + 10);
    file.putShort((short) 0xffd8).putShort((short) 0xffe1).putShort((short) (block.length + 8));
    file.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).put(block);
    return file.put(jpeg, 2, jpeg.length - 2).array();
  }

  @Test
  void whatIsNoImageSaysNothing() {
    assertThat(ExifReader.read(new byte[0])).isEqualTo(Exif.NONE);
    assertThat(ExifReader.read(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff}))
        .isEqualTo(Exif.NONE);
  }
}
