package io.geolocsft.config.endpoint;

import io.geolocsft.caption.CaptionPrompt;
import io.geolocsft.config.binding.Consistent;
import io.geolocsft.config.binding.Contradictions;
import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.Location;
import io.geolocsft.config.binding.OneOf;
import io.geolocsft.config.binding.Range;
import io.geolocsft.endpoint.EndpointSettings;
import io.geolocsft.endpoint.ImageForm;
import io.geolocsft.generate.Sampling;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the texts come from that the model learns to answer.
 *
 * @param source {@code template} writes what the catalogue knows of a place in the form of {@code
 *     examples.target}; {@code endpoint} lets a server write a geo-caption of each image, which is
 *     told where it was taken; {@code files} takes captions that are there
 * @param files of captions: JSON or JSON Lines, in the layouts of LLaMA-Factory (messages, Alpaca),
 *     ShareGPT, or {@code image} and {@code caption}
 * @param endpoint the server, for {@code source: endpoint}
 * @param prompt what it is asked, with {@code {latitude}}, {@code {longitude}} and {@code
 *     {schema}}; empty for the one that comes along
 * @param schema file with a JSON Schema of captions; empty for that of GeoLocSFT's captions
 * @param temperature by which captions are sampled; 0 for greedy ones
 * @param maxNewTokens where an answer is cut off, and then rejected
 * @param squash whether images are sent as squares of {@code endpoint.image_side}, whatever their
 *     shape, as the paper does
 * @param maxDistanceKm how far a caption's coordinates may be from the image's place
 * @param rejectLeaks whether captions that speak of the coordinates that the server was given are
 *     rejected
 * @param attempts how often an image is asked about until an answer is accepted
 * @param maxErrorShare share of the images that may be left without a caption before the stage
 *     fails
 * @param budgetRequests answers that may be paid for in all, those of earlier calls included; 0 for
 *     any number
 * @param budgetTokens tokens that may be paid for in all, read and written; 0 for any number
 * @param inputPrice of a million tokens that the server reads, in any currency
 * @param outputPrice of a million tokens that it writes
 * @param store folder in which answers are kept, that several runs may share; empty for one of the
 *     output folder
 */
public record CaptionSettings(
    @Default("template") @OneOf({TEMPLATE, ENDPOINT, FILES}) String source,
    @Default("[]") @Location List<String> files,
    @Default("{image_side: 1092, json_schema: true, log_probabilities: false}")
        EndpointSection endpoint,
    @Default("''") String prompt,
    @Default("''") @Location(optional = true) String schema,
    @Default("1.0") @Range(min = 0, max = 10) double temperature,
    @Default("4096") @Range(min = 1, max = 131_072) int maxNewTokens,
    @Default("true") boolean squash,
    @Default("1.0") @Range(min = 0, max = 20_040) double maxDistanceKm,
    @Default("true") boolean rejectLeaks,
    @Default("3") @Range(min = 1, max = 100) int attempts,
    @Default("0.05") @Range(min = 0, max = 1) double maxErrorShare,
    @Default("0") @Range(min = 0, max = 1_000_000_000) int budgetRequests,
    @Default("0") @Range(min = 0, max = 1e15) long budgetTokens,
    @Default("0") @Range(min = 0, max = 1e9) double inputPrice,
    @Default("0") @Range(min = 0, max = 1e9) double outputPrice,
    @Default("''") @Location(optional = true) String store)
    implements Serializable, Consistent {

  public static final String TEMPLATE = "template";
  public static final String ENDPOINT = "endpoint";
  public static final String FILES = "files";

  /** Those that no caption of a server depends on. */
  private static final List<String> CARRYING_OUT =
      List.of(
          "files",
          "max_error_share",
          "budget_requests",
          "budget_tokens",
          "input_price",
          "output_price",
          "store",
          "endpoint.url");

  /** How the server is asked. */
  public EndpointSettings server() {
    EndpointSettings server = endpoint.settings();
    return squash
        ? server.withImages(
            ImageForm.exactly(endpoint.imageSide(), endpoint.imageSide(), endpoint.jpegQuality()))
        : server;
  }

  /** What it is asked. */
  public CaptionPrompt question() {
    return prompt.isEmpty() ? CaptionPrompt.standard() : new CaptionPrompt(prompt);
  }

  /** How an answer is drawn. */
  public Sampling sampling() {
    return new Sampling(1, temperature, 0, 1, maxNewTokens);
  }

  /** The settings, below {@code caption}, that no caption of a server depends on. */
  public static Stream<String> carryingOut() {
    return Stream.concat(
        CARRYING_OUT.stream(), EndpointSection.carryingOut().map("endpoint."::concat));
  }

  @Override
  public void check(Contradictions found) {
    if (source.equals(ENDPOINT) && !endpoint.isSet()) {
      found.add("endpoint.url", "is empty, but source is endpoint: name the server");
    }
    if (source.equals(FILES) && files.isEmpty()) {
      found.add("files", "is empty, but source is files: name them");
    }
    found.attempt("prompt", this::question);
  }
}
