package io.geolocsft.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Equal to Pillow, sample by sample. The files are made by src/test/python/make_image_goldens.py.
 */
class TestImageGoldens {

  static List<JsonNode> decodeCases() throws IOException {
    return cases("decode");
  }

  static List<JsonNode> resizeCases() throws IOException {
    return cases("resize");
  }

  static List<JsonNode> lumaCases() throws IOException {
    return cases("luma");
  }

  @Test
  void everyCaseIsRead() throws IOException {
    assertThat(decodeCases()).hasSize(36);
    assertThat(resizeCases()).hasSize(56);
    assertThat(lumaCases()).hasSize(8);
  }

  @ParameterizedTest
  @MethodSource("decodeCases")
  void decodesAsPillow(JsonNode golden) throws IOException {
    RgbImage image = decoded(golden);
    assertThat(image.width()).isEqualTo(golden.get("width").asInt());
    assertThat(image.height()).isEqualTo(golden.get("height").asInt());
    assertThat(image.rgb()).isEqualTo(data(golden));
  }

  @ParameterizedTest
  @MethodSource("resizeCases")
  void resizesAsPillow(JsonNode golden) throws IOException {
    GemmaImageProcessor processor = GemmaImageProcessor.standard(golden.get("size").asInt());
    RgbImage image = decoded(golden);
    byte[] resized = processor.resized(image).rgb();
    if (golden.has("data")) {
      assertThat(resized).isEqualTo(data(golden));
    }
    assertThat(sha256(resized)).isEqualTo(golden.get("sha256").asText());
    assertThat(sha256(bigEndian(processor.pixels(image))))
        .isEqualTo(golden.get("pixels_sha256").asText());
  }

  @ParameterizedTest
  @MethodSource("lumaCases")
  void lumaAsPillow(JsonNode golden) throws IOException {
    int[] luma = decoded(golden).luma();
    byte[] bytes = new byte[luma.length];
    for (int i = 0; i < luma.length; i++) {
      bytes[i] = (byte) luma[i];
    }
    assertThat(sha256(bytes)).isEqualTo(golden.get("sha256").asText());
  }

  private static List<JsonNode> cases(String kind) throws IOException {
    JsonNode index = new ObjectMapper().readTree(bytes("index.json"));
    Stream<JsonNode> cases = StreamSupport.stream(index.get(kind).spliterator(), false);
    return cases.toList();
  }

  private static RgbImage decoded(JsonNode golden) throws IOException {
    return ImageDecoder.decode(bytes(golden.get("file").asText()), DecodeLimits.DEFAULT);
  }

  private static byte[] data(JsonNode golden) throws IOException {
    try (InputStream in = new GZIPInputStream(open(golden.get("data").asText()))) {
      return in.readAllBytes();
    }
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = open(name)) {
      return in.readAllBytes();
    }
  }

  private static InputStream open(String name) {
    InputStream in = TestImageGoldens.class.getResourceAsStream("goldens/" + name);
    assertThat(in).as(name).isNotNull();
    return in;
  }

  private static byte[] bigEndian(float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(Float.BYTES * values.length);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  private static String sha256(byte[] bytes) {
    return Hashing.sha256().hashBytes(bytes).toString();
  }
}
