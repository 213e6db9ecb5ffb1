package io.geolocsft.locate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.regex.Pattern;

/** What a model's text holds beside its answer. */
final class Reasoning {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern TAGS = Pattern.compile("</?think(?:ing)?>");

  private Reasoning() {}

  /** The value of {@code thinking} in the paper's form, or what stands before {@code <answer>}. */
  static String in(String text) {
    String stripped = text.strip();
    if (stripped.startsWith("{")) {
      return thinking(stripped);
    }
    int answer = stripped.indexOf("<answer>");
    return answer < 0 ? "" : TAGS.matcher(stripped.substring(0, answer)).replaceAll("").strip();
  }

  private static String thinking(String json) {
    try {
      JsonNode thinking = JSON.readTree(json).path("thinking");
      return thinking.isEmpty() && !thinking.isTextual()
          ? ""
          : thinking.isTextual() ? thinking.textValue() : thinking.toPrettyString();
    } catch (JsonProcessingException e) {
      return "";
    }
  }
}
