package io.geolocsft.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.geolocsft.geo.GeoPoint;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

  @Test
  void whatIsNoImageSaysNothing() {
    assertThat(ExifReader.read(new byte[0])).isEqualTo(Exif.NONE);
    assertThat(ExifReader.read(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff}))
        .isEqualTo(Exif.NONE);
  }
}
