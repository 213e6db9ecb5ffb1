package io.geolocsft.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.endpoint.Transport.Response;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestDialect {

  private final List<String> notices = new ArrayList<>();
  private final Dialect dialect = new Dialect(notices::add, new ServerWords("sk-1"));

  private static Response response(int status, String body) {
    return new Response(
        status,
        HttpHeaders.of(Map.of(), (name, value) -> true),
        body.getBytes(StandardCharsets.UTF_8));
  }

  /** As OpenAI, Mistral, transformers, Google, llama.cpp, DeepSeek and vLLM put it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "400|TOP_K|{\"error\":{\"message\":\"Unrecognized request argument supplied: top_k\","
            + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}",
        "400|MAX_TOKENS|{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens' is not"
            + " supported with this model. Use 'max_completion_tokens' instead.\","
            + "\"param\":\"max_tokens\",\"code\":\"unsupported_parameter\"}}",
        "400|TEMPERATURE|{\"error\":{\"message\":\"Unsupported value: 'temperature' does not support"
            + " 0 with this model.\",\"param\":\"temperature\",\"code\":\"unsupported_value\"}}",
        "422|SEED|{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"seed\"],"
            + "\"msg\":\"Extra inputs are not permitted\",\"input\":5}]}",
        "422|TOP_K|{\"detail\":\"Unexpected keys in the request: {'top_k'}\"}",
        "400|TOP_K|[{\"error\":{\"code\":400,\"message\":\"Invalid JSON payload received. Unknown"
            + " name \\\"top_k\\\": Cannot find field.\",\"status\":\"INVALID_ARGUMENT\"}}]",
        "400|N|{\"error\":{\"code\":400,\"message\":\"Only one completion choice is allowed\","
            + "\"type\":\"invalid_request_error\"}}",
        "400|RESPONSE_FORMAT|{\"error\":{\"message\":\"This response_format type is unavailable"
            + " now\",\"type\":\"invalid_request_error\"}}",
        "400|LOGPROBS|{\"object\":\"error\",\"message\":\"logprobs is not supported\","
            + "\"type\":\"BadRequestError\",\"param\":null,\"code\":400}",
      })
  void aParameterThatIsNotTaken(int status, Parameter parameter, String body) {
    assertThat(dialect.learns(response(status, body), Set.of())).isTrue();
    assertThat(dialect.without()).containsExactly(parameter);
    assertThat(notices).singleElement().asString().contains(parameter.key, status + ":");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"top_p must be in (0, 1], got 2\",\"param\":\"top_p\"}}",
        "{\"error\":{\"message\":\"This model's maximum context length is 4096 tokens; you"
            + " requested max_tokens 5000, which is not supported\",\"param\":\"max_tokens\"}}",
        "{\"error\":{\"message\":\"Unsupported image\"}}",
        "{\"error\":{\"message\":\"unexpected end of the image in n of m\"}}",
        "not JSON",
        "",
      })
  void otherErrorsAreNotOfAParameter(String body) {
    assertThat(dialect.learns(response(400, body), Set.of())).isFalse();
    assertThat(dialect.without()).isEmpty();
    assertThat(notices).isEmpty();
  }

  @Test
  void whatIsLeftOutAlreadyIsNotFoundAgain() {
    Response error = response(422, "{\"detail\":\"Unexpected keys in the request: {'top_k'}\"}");
    assertThat(dialect.learns(error, Set.of())).isTrue();
    assertThat(dialect.learns(error, Set.of(Parameter.TOP_K))).isFalse();
    // Of a thread that had asked before the other one learned.
    assertThat(dialect.learns(error, Set.of())).isTrue();
    assertThat(notices).hasSize(1);
  }

  @Test
  void onlyErrorsOfTheRequestTeach() {
    String body = "{\"error\":{\"message\":\"top_k unsupported\"}}";
    assertThat(dialect.learns(response(500, body), Set.of())).isFalse();
    assertThat(dialect.learns(response(200, body), Set.of())).isFalse();
  }

  @Test
  void aNoticeDoesNotHoldTheKey() {
    assertThat(
            dialect.learns(
                response(400, "{\"error\":{\"message\":\"top_k unsupported for sk-1\"}}"),
                Set.of()))
        .isTrue();
    assertThat(notices).singleElement().asString().contains("***").doesNotContain("sk-1");
  }
}
