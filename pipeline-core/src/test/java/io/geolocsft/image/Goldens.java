package io.geolocsft.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;

/** The files that src/test/python/make_image_goldens.py made. */
public final class Goldens {

  private Goldens() {}

  static List<JsonNode> cases(String kind) throws IOException {
    JsonNode index = new ObjectMapper().readTree(bytes("index.json"));
    return StreamSupport.stream(index.get(kind).spliterator(), false).toList();
  }

  static byte[] bytes(String name) throws IOException {
    try (InputStream in = open(name)) {
      return in.readAllBytes();
    }
  }

  static byte[] unzipped(String name) throws IOException {
    try (InputStream in = new GZIPInputStream(open(name))) {
      return in.readAllBytes();
    }
  }

  public static RgbImage decoded(String name) throws IOException {
    return ImageDecoder.decode(bytes(name), DecodeLimits.DEFAULT);
  }

  private static InputStream open(String name) {
    InputStream in = Goldens.class.getResourceAsStream("goldens/" + name);
    assertThat(in).as(name).isNotNull();
    return in;
  }
}
