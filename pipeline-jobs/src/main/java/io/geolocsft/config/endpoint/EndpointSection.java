package io.geolocsft.config.endpoint;

import io.geolocsft.config.binding.Consistent;
import io.geolocsft.config.binding.Contradictions;
import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.Location;
import io.geolocsft.config.binding.Range;
import io.geolocsft.endpoint.EndpointSettings;
import io.geolocsft.endpoint.ImageForm;
import io.geolocsft.endpoint.KeySource;
import java.io.Serializable;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * A server with OpenAI's interface (vLLM, llama.cpp, SGLang, a commercial one) that answers for
 * images.
 *
 * @param url below which {@code /chat/completions} lies; empty for none
 * @param model as the server calls it
 * @param keyEnvironment environment variable of every executor that holds the key; empty for none
 * @param keyFile file whose first line is the key, at the same path on every executor
 * @param concurrency requests of one executor at the same time
 * @param requestsPerMinute that one executor starts at most; 0 for any number
 * @param timeoutSeconds of one request, to the last byte of its answer
 * @param patienceSeconds how long the server may answer nothing before the run ends
 * @param imageSide longest side at which images are sent, pixels
 * @param jpegQuality at which they are sent
 * @param logProbabilities whether the server is asked how likely its answers are
 * @param jsonSchema whether it is asked to hold answers to JSON with coordinates on Earth ({@code
 *     response_format}), in the paper's form where {@code examples.target} is {@code json}
 */
public record EndpointSection(
    @Default("''") String url,
    @Default("''") String model,
    @Default("''") String keyEnvironment,
    @Default("''") @Location(optional = true) String keyFile,
    @Default("8") @Range(min = 1, max = 1024) int concurrency,
    @Default("0") @Range(min = 0, max = 1_000_000) int requestsPerMinute,
    @Default("300") @Range(min = 1, max = 86_400) int timeoutSeconds,
    @Default("600") @Range(min = 1, max = 86_400) int patienceSeconds,
    @Default("896") @Range(min = 16, max = 16_384) int imageSide,
    @Default("90") @Range(min = 1, max = 100) int jpegQuality,
    @Default("true") boolean logProbabilities,
    @Default("false") boolean jsonSchema)
    implements Serializable, Consistent {

  /** Whether a server is named. */
  public boolean isSet() {
    return !url.isEmpty();
  }

  /** How the server is asked. */
  public EndpointSettings settings() {
    return new EndpointSettings(
        url,
        model,
        new KeySource(keyEnvironment, keyFile),
        concurrency,
        requestsPerMinute,
        Duration.ofSeconds(timeoutSeconds),
        Duration.ofSeconds(patienceSeconds),
        ImageForm.within(imageSide, jpegQuality));
  }

  /** Those that no answer depends on. */
  public static Stream<String> carryingOut() {
    return Stream.of(
        "key_environment",
        "key_file",
        "concurrency",
        "requests_per_minute",
        "timeout_seconds",
        "patience_seconds");
  }

  @Override
  public void check(Contradictions found) {
    if (isSet()) {
      found.attempt(this::settings);
    }
  }
}
