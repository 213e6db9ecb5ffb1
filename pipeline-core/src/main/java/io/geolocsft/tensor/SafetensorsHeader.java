package io.geolocsft.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.geolocsft.json.JsonFile;
import io.geolocsft.tensor.Safetensors.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The JSON header of a safetensors file. It is read as a stream: as a tree, one of 100 MB that is
 * full of brackets would take gigabytes.
 */
final class SafetensorsHeader {

  private static final String METADATA = "__metadata__";

  /** PyTorch has no limit, models have up to four. */
  private static final int MAX_SIDES = 8;

  // Names are met once, so that a table of them is of no use.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
          .build();

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private SafetensorsHeader() {}

  /**
   * Reads a header.
   *
   * @throws IllegalArgumentException if it breaks the format
   * @throws IOException if it is no JSON in UTF-8
   */
  static SafetensorsHeader parse(byte[] json) throws IOException {
    SafetensorsHeader header = new SafetensorsHeader();
    // Left to itself, Jackson would also take UTF-16 and UTF-32.
    InputStreamReader text =
        new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8.newDecoder());
    try (JsonParser parser = JSON.createParser(text)) {
      header.read(parser);
    }
    return header;
  }

  Map<String, Entry> entries() {
    return entries;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  private void read(JsonParser parser) throws IOException {
    checkArgument(parser.nextToken() == JsonToken.START_OBJECT, "its header is not a JSON object");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      boolean object = parser.nextToken() == JsonToken.START_OBJECT;
      if (name.equals(METADATA)) {
        checkArgument(object, "its __metadata__ is not a JSON object");
        readMetadata(parser);
      } else {
        checkArgument(object, "tensor '%s' is not a JSON object", quoted(name));
        entries.put(name, entry(name, parser));
      }
    }
    checkArgument(parser.nextToken() == null, "Trailing token behind the header's JSON object");
  }

  private void readMetadata(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      checkArgument(
          parser.nextToken() == JsonToken.VALUE_STRING, "its __metadata__ holds more than strings");
      metadata.put(key, parser.getText());
    }
  }

  private static Entry entry(String name, JsonParser parser) throws IOException {
    DataType type = null;
    long[] shape = null;
    long[] offsets = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "dtype" -> type = type(name, parser);
        case "shape" -> shape = counts(name, "shape", parser);
        case "data_offsets" -> offsets = counts(name, "offsets", parser);
        default -> parser.skipChildren();
      }
    }
    checkArgument(
        type != null && shape != null && offsets != null && offsets.length == 2,
        "tensor '%s' lacks dtype, shape or data_offsets",
        quoted(name));
    long bytes = bytes(name, type, shape);
    checkArgument(
        offsets[1] - offsets[0] == bytes,
        "tensor '%s' needs %s bytes but has offsets %s to %s",
        quoted(name),
        bytes,
        offsets[0],
        offsets[1]);
    return new Entry(name, type, new Shape(shape), offsets[0], offsets[1]);
  }

  private static DataType type(String name, JsonParser parser) throws IOException {
    String text = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
    DataType type = Safetensors.TYPES.get(text);
    checkArgument(
        type != null,
        "tensor '%s' has type '%s'; known are %s",
        quoted(name),
        quoted(text),
        Safetensors.TYPES.keySet());
    return type;
  }

  private static long[] counts(String name, String what, JsonParser parser) throws IOException {
    long[] counts = new long[MAX_SIDES];
    int size = 0;
    boolean sound = parser.currentToken() == JsonToken.START_ARRAY;
    while (sound && parser.nextToken() != JsonToken.END_ARRAY) {
      sound = size < MAX_SIDES && isCount(parser);
      counts[Math.min(size++, MAX_SIDES - 1)] = sound ? parser.getLongValue() : 0;
    }
    checkArgument(
        sound,
        "tensor '%s' has bad %s at %s; up to %s whole numbers are needed",
        quoted(name),
        what,
        quoted(parser.getText()),
        MAX_SIDES);
    return Arrays.copyOf(counts, size);
  }

  private static boolean isCount(JsonParser parser) throws IOException {
    return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != NumberType.BIG_INTEGER
        && parser.getLongValue() >= 0;
  }

  /** A tensor without elements must not overflow either: PyTorch computes its strides. */
  private static long bytes(String name, DataType type, long[] shape) {
    try {
      long most =
          LongStream.of(shape)
              .map(side -> Math.max(side, 1))
              .reduce(type.getNumOfBytes(), Math::multiplyExact);
      return LongStream.of(shape).anyMatch(side -> side == 0) ? 0 : most;
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "tensor '%s' has an absurd shape".formatted(quoted(name)), e);
    }
  }

  /**
   * Checks that the tensors fill the rest of the file without overlap or gap.
   *
   * @param available bytes after the header
   * @throws IllegalArgumentException naming the first that does not fit
   */
  void checkContiguous(long available) {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long position = 0;
    for (Entry entry : sorted) {
      checkArgument(
          entry.begin() == position,
          "tensor '%s' begins at %s where %s is expected: gap or overlap",
          quoted(entry.name()),
          entry.begin(),
          position);
      position = entry.end();
    }
    checkArgument(
        position == available,
        "its tensors take %s bytes but %s follow the header: the file is truncated or has a tail",
        position,
        available);
  }

  private static String quoted(String name) {
    return JsonFile.quote(name);
  }
}
