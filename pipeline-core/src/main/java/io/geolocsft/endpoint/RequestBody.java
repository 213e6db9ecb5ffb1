package io.geolocsft.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import io.geolocsft.endpoint.EndpointRequest.Photo;
import io.geolocsft.endpoint.EndpointRequest.Text;
import io.geolocsft.generate.Sampling;
import java.util.Base64;
import java.util.Set;

/** The JSON of a request; images are encoded once for all its tries. */
final class RequestBody {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** As top_k, for vLLM, SGLang and llama.cpp alike. */
  private static final int ALL_TOKENS = -1;

  /**
   * Some candidates of a request.
   *
   * @param first the first one's place among all
   * @param count how many
   */
  record Draw(int first, int count) {}

  private final EndpointSettings settings;
  private final EndpointRequest request;
  private final ArrayNode messages = JSON.createArrayNode();

  RequestBody(EndpointSettings settings, EndpointRequest request) {
    this.settings = settings;
    this.request = request;
    if (!request.system().isEmpty()) {
      messages.addObject().put("role", "system").put("content", request.system());
    }
    ArrayNode content = messages.addObject().put("role", "user").putArray("content");
    request.parts().forEach(part -> add(part, content.addObject()));
  }

  private void add(EndpointRequest.Part part, ObjectNode to) {
    if (part instanceof Text text) {
      to.put("type", "text").put("text", text.text());
    } else if (part instanceof Photo photo) {
      byte[] jpeg = settings.images().jpeg(photo.image());
      to.put("type", "image_url")
          .putObject("image_url")
          .put("url", "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg));
    }
  }

  /**
   * The bytes to send.
   *
   * @param without what the server does not take
   * @throws IllegalArgumentException if the schema is no JSON
   */
  byte[] of(Draw draw, Set<Parameter> without) {
    ObjectNode body = JSON.createObjectNode().put("model", settings.model());
    body.set("messages", messages);
    Sampling sampling = request.sampling();
    body.put(
        without.contains(Parameter.MAX_TOKENS) ? "max_completion_tokens" : "max_tokens",
        sampling.maxNewTokens());
    draw(body, draw);
    format(body);
    without.stream()
        .filter(parameter -> parameter != Parameter.MAX_TOKENS)
        .forEach(parameter -> body.remove(parameter.key));
    return bytes(body);
  }

  /** The first candidate is greedy; the others are sampled. */
  private void draw(ObjectNode body, Draw draw) {
    Sampling sampling = request.sampling();
    if (draw.first() == 0) {
      body.put("temperature", 0);
      return;
    }
    // Where a request states none, vLLM takes those of the model's generation_config.json.
    body.put("temperature", sampling.temperature())
        .put("top_p", sampling.topP())
        .put("top_k", sampling.topK() == 0 ? ALL_TOKENS : sampling.topK())
        .put("seed", seed(draw.first()));
    if (draw.count() > 1) {
      body.put("n", draw.count());
    }
  }

  /** Of 31 bits: some servers take no more. */
  private int seed(int candidate) {
    return Hashing.sipHash24(request.seed(), 0).hashInt(candidate).asInt() & Integer.MAX_VALUE;
  }

  private void format(ObjectNode body) {
    if (request.logProbabilities()) {
      body.put("logprobs", true);
    }
    request
        .schema()
        .ifPresent(
            schema -> {
              ObjectNode format = body.putObject("response_format").put("type", "json_schema");
              format
                  .putObject("json_schema")
                  .put("name", schema.name())
                  .put("strict", true)
                  .set("schema", parsed(schema.json()));
            });
  }

  private static JsonNode parsed(String schema) {
    try {
      return JSON.readTree(schema);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("The schema is not valid JSON: " + e.getOriginalMessage());
    }
  }

  private static byte[] bytes(JsonNode body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What is the same for every try of a request and for no other one: candidates that are asked for
   * one by one may have equal bytes.
   */
  static String identity(byte[] body, Draw draw) {
    return Hashing.sha256().newHasher().putBytes(body).putInt(draw.first()).hash().toString();
  }
}
