package io.geolocsft.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer that came in pieces, as server-sent events, though it was asked for as a whole: some
 * servers know no other way, {@code transformers serve} among them.
 */
final class EventStream {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DATA = "data:";
  private static final String END = "[DONE]";

  private final Map<Integer, ObjectNode> choices = new TreeMap<>();
  private final ObjectNode whole = JSON.createObjectNode();

  private EventStream() {}

  /**
   * The answer as it would have come whole.
   *
   * @throws IOException if it was cut, is none, or tells of an error
   */
  static JsonNode whole(byte[] body) throws IOException {
    EventStream stream = new EventStream();
    for (String line : new String(body, StandardCharsets.UTF_8).split("\r\n|\r|\n")) {
      String data = line.startsWith(DATA) ? line.substring(DATA.length()).strip() : "";
      if (!data.isEmpty() && !data.equals(END)) {
        stream.add(JSON.readTree(data));
      }
    }
    return stream.end();
  }

  private void add(JsonNode event) throws IOException {
    if (event.has("error")) {
      throw new IOException("the stream ends with an error: " + event.get("error"));
    }
    if (event.path("usage").isObject()) {
      whole.set("usage", event.get("usage"));
    }
    event.path("choices").forEach(this::addChoice);
  }

  private void addChoice(JsonNode piece) {
    ObjectNode choice =
        choices.computeIfAbsent(piece.path("index").asInt(), index -> JSON.createObjectNode());
    ObjectNode message = choice.withObjectProperty("message");
    piece
        .path("delta")
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isTextual()) {
                String sofar = message.path(field.getKey()).asText("");
                message.put(field.getKey(), sofar + field.getValue().asText());
              }
            });
    if (piece.path("logprobs").path("content").isArray()) {
      choice
          .withObjectProperty("logprobs")
          .withArrayProperty("content")
          .addAll((ArrayNode) piece.get("logprobs").get("content"));
    }
    if (piece.path("finish_reason").isTextual()) {
      choice.set("finish_reason", piece.get("finish_reason"));
    }
  }

  private JsonNode end() throws IOException {
    for (ObjectNode choice : choices.values()) {
      if (!choice.has("finish_reason")) {
        throw new IOException("the stream was cut before its answer ended");
      }
    }
    whole.putArray("choices").addAll(choices.values());
    return whole;
  }
}
