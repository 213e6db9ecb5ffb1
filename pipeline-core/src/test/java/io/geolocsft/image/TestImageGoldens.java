package io.geolocsft.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.hash.Hashing;
import io.geolocsft.image.preprocess.GemmaImageProcessor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Equal to Pillow, sample by sample. The files are made by src/test/python/make_image_goldens.py.
 */
class TestImageGoldens {

  static List<JsonNode> decodeCases() throws IOException {
    return Goldens.cases("decode");
  }

  static List<JsonNode> resizeCases() throws IOException {
    return Goldens.cases("resize");
  }

  static List<JsonNode> lumaCases() throws IOException {
    return Goldens.cases("luma");
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
    RgbImage image = Goldens.decoded(golden.get("file").asText());
    assertThat(image.width()).isEqualTo(golden.get("width").asInt());
    assertThat(image.height()).isEqualTo(golden.get("height").asInt());
    assertThat(image.rgb()).isEqualTo(Goldens.unzipped(golden.get("data").asText()));
  }

  @ParameterizedTest
  @MethodSource("resizeCases")
  void resizesAsPillow(JsonNode golden) throws IOException {
    GemmaImageProcessor processor = GemmaImageProcessor.standard(golden.get("size").asInt());
    RgbImage image = Goldens.decoded(golden.get("file").asText());
    byte[] resized = processor.resized(image).rgb();
    if (golden.has("data")) {
      assertThat(resized).isEqualTo(Goldens.unzipped(golden.get("data").asText()));
    }
    assertThat(sha256(resized)).isEqualTo(golden.get("sha256").asText());
    assertThat(sha256(bigEndian(processor.pixels(image))))
        .isEqualTo(golden.get("pixels_sha256").asText());
  }

  @ParameterizedTest
  @MethodSource("lumaCases")
  void lumaAsPillow(JsonNode golden) throws IOException {
    int[] luma = Goldens.decoded(golden.get("file").asText()).luma();
    byte[] bytes = new byte[luma.length];
    for (int i = 0; i < luma.length; i++) {
      bytes[i] = (byte) luma[i];
    }
    assertThat(sha256(bytes)).isEqualTo(golden.get("sha256").asText());
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
