package io.geolocsft.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.endpoint.FailedCall.Reach;
import io.geolocsft.endpoint.Transport.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Reads what a server answered with success. */
final class ReplyReader {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ServerWords words;

  ReplyReader(ServerWords words) {
    this.words = words;
  }

  /**
   * The answers that are there, empty ones among them.
   *
   * @throws FailedCall if it is no answer
   * @throws RefusedRequestException if the server's filter held the answer back
   */
  EndpointReply read(Response response) throws FailedCall, RefusedRequestException {
    JsonNode root = parsed(response);
    JsonNode choices = root.path("choices");
    if (!choices.isArray() || choices.isEmpty()) {
      throw new FailedCall(Reach.REQUEST, "an answer without choices: " + start(response));
    }
    List<EndpointAnswer> answers = new ArrayList<>();
    choices.forEach(choice -> answers.add(answer(choice)));
    JsonNode usage = root.path("usage");
    EndpointReply reply =
        new EndpointReply(
            answers,
            usage.path("prompt_tokens").asLong(),
            usage.path("completion_tokens").asLong());
    if (reply.isEmpty()) {
      checkHeldBack(choices);
    }
    return reply;
  }

  private JsonNode parsed(Response response) throws FailedCall {
    boolean inPieces =
        response
            .headers()
            .firstValue("Content-Type")
            .map(type -> type.toLowerCase(Locale.ROOT).startsWith("text/event-stream"))
            .orElse(false);
    try {
      return inPieces ? EventStream.whole(response.body()) : JSON.readTree(response.body());
    } catch (IOException e) {
      throw new FailedCall(
          Reach.REQUEST,
          "an answer that is not one of this protocol ("
              + words.quote(e.getMessage())
              + "): "
              + start(response));
    }
  }

  private String start(Response response) {
    return words.quote(new String(response.body(), StandardCharsets.UTF_8));
  }

  private void checkHeldBack(JsonNode choices) throws RefusedRequestException {
    for (JsonNode choice : choices) {
      String refusal = choice.path("message").path("refusal").asText("");
      if (!refusal.isEmpty() || choice.path("finish_reason").asText().equals("content_filter")) {
        throw new RefusedRequestException(
            "The server holds the answer back: "
                + (refusal.isEmpty() ? "content_filter" : words.quote(refusal)));
      }
    }
  }

  private static EndpointAnswer answer(JsonNode choice) {
    JsonNode message = choice.path("message");
    String reasoning = text(message.path("reasoning_content"));
    return new EndpointAnswer(
        text(message.path("content")),
        reasoning.isEmpty() ? text(message.path("reasoning")) : reasoning,
        logProbability(choice.path("logprobs").path("content")),
        choice.path("finish_reason").asText(""));
  }

  /** A text, or the texts of a list of parts. */
  private static String text(JsonNode content) {
    if (!content.isArray()) {
      return content.isTextual() ? content.asText() : "";
    }
    StringBuilder text = new StringBuilder();
    content.forEach(
        part -> text.append(part.isTextual() ? part.asText() : text(part.path("text"))));
    return text.toString();
  }

  private static OptionalDouble logProbability(JsonNode tokens) {
    if (!tokens.isArray() || tokens.isEmpty()) {
      return OptionalDouble.empty();
    }
    double sum = 0;
    for (JsonNode token : tokens) {
      sum += token.path("logprob").asDouble(Double.NaN);
    }
    return Double.isFinite(sum) ? OptionalDouble.of(sum) : OptionalDouble.empty();
  }
}
