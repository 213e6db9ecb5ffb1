package io.geolocsft.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What a server gives as the reason of an error: OpenAI's {@code error} object, vLLM's older bare
 * {@code message}, the {@code detail} of FastAPI, or any text.
 *
 * @param message what is wrong
 * @param parameter that the server names as the reason, or empty
 * @param code of the kind of error, or empty
 */
record ServerError(String message, String parameter, String code) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static ServerError of(byte[] body) {
    try {
      JsonNode root = JSON.readTree(body);
      // Google's servers answer with a list of one.
      return of(root.isArray() && !root.isEmpty() ? root.get(0) : root, body);
    } catch (IOException e) {
      return new ServerError(text(body), "", "");
    }
  }

  private static ServerError of(JsonNode root, byte[] body) {
    if (root.path("detail").isArray()) {
      return validation(root.get("detail"));
    }
    JsonNode error = root.path("error").isObject() ? root.get("error") : root;
    for (String name : new String[] {"message", "error", "detail"}) {
      if (error.path(name).isTextual()) {
        return new ServerError(
            error.get(name).asText(),
            error.path("param").asText(""),
            error.path("code").asText(error.path("type").asText("")));
      }
    }
    return new ServerError(text(body), "", "");
  }

  /** What pydantic found; its {@code input} repeats the request and is left out. */
  private static ServerError validation(JsonNode problems) {
    StringBuilder message = new StringBuilder();
    for (JsonNode problem : problems) {
      message.append(message.isEmpty() ? "" : "; ");
      problem.path("loc").forEach(step -> message.append(step.asText()).append(' '));
      message.append(problem.path("msg").asText());
    }
    JsonNode first = problems.path(0);
    JsonNode place = first.path("loc");
    return new ServerError(
        message.toString(), place.path(place.size() - 1).asText(""), first.path("type").asText(""));
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }
}
