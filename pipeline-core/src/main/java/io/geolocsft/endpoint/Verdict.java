package io.geolocsft.endpoint;

import io.geolocsft.endpoint.FailedCall.Reach;
import io.geolocsft.endpoint.Transport.Response;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What the status of an answer means for its request. */
final class Verdict {

  private static final Set<Integer> OF_THE_REQUEST = Set.of(408, 409, 425, 500, 504);

  /** That come back however often they are asked. */
  private static final Set<Integer> OF_THE_SETTINGS = Set.of(401, 402, 403, 404, 405, 407, 501);

  private static final Pattern POLICY =
      Pattern.compile("moderat|flagged|policy|policies|safety|filter", Pattern.CASE_INSENSITIVE);

  private static final Pattern KEY = Pattern.compile("api[ _-]?key", Pattern.CASE_INSENSITIVE);

  private static final Pattern MODEL =
      Pattern.compile(
          "\\bmodel\\b[^.;]{0,100}(does not exist|not found|not a valid)|unknown model",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern QUOTA =
      Pattern.compile("insufficient_quota|billing|credit balance", Pattern.CASE_INSENSITIVE);

  private final EndpointSettings settings;
  private final ServerWords words;
  private final Time time;

  Verdict(EndpointSettings settings, ServerWords words, Time time) {
    this.settings = settings;
    this.words = words;
    this.time = time;
  }

  /**
   * Passes what succeeded.
   *
   * @param models asks the server what models it has; empty where it does not tell
   * @throws FailedCall if another try may succeed
   */
  void check(Response response, Models models)
      throws FailedCall, EndpointException, InterruptedException {
    int status = response.status();
    if (status >= 200 && status < 300) {
      return;
    }
    ServerError error = ServerError.of(response.body());
    String said = status + ": " + words.quote(error.message());
    if (status >= 300 && status < 400) {
      throw new UnusableEndpointException(redirect(response, status));
    }
    if (isOfSettings(status, error)) {
      throw new UnusableEndpointException(remedy(status, error, said, models));
    }
    if (OF_THE_REQUEST.contains(status)) {
      throw new FailedCall(Reach.REQUEST, said, RetryAfter.of(response.headers(), time.now()));
    }
    if (status == 429 || status >= 500) {
      throw new FailedCall(Reach.SERVER, said, RetryAfter.of(response.headers(), time.now()));
    }
    throw new RefusedRequestException("The server refuses the request (" + said + ")");
  }

  /** Names of models, or none. */
  @FunctionalInterface
  interface Models {
    List<String> list() throws InterruptedException;
  }

  private static boolean isOfSettings(int status, ServerError error) {
    String said = error.message() + " " + error.code();
    return switch (status) {
      case 403 -> !POLICY.matcher(said).find();
      case 429 -> QUOTA.matcher(said).find();
      case 400 -> KEY.matcher(said).find() || isOfModel(error);
      default -> OF_THE_SETTINGS.contains(status);
    };
  }

  private static boolean isOfModel(ServerError error) {
    return error.code().equals("model_not_found") || MODEL.matcher(error.message()).find();
  }

  private String remedy(int status, ServerError error, String said, Models models)
      throws InterruptedException {
    if (status == 402 || status == 429) {
      return "The endpoint's account has nothing left to pay with (" + said + ")";
    }
    if (status == 404 || status == 405 || isOfModel(error)) {
      return place(said, models.list());
    }
    if (status == 407) {
      return "A proxy on the way asks for a password (" + said + "): see https.proxyHost";
    }
    // A server that names the key shows a part of it.
    String shown = status == 401 ? "401" : said;
    String key = settings.key().equals(KeySource.NONE) ? "is sent no key" : "refuses the key";
    return String.format(
        Locale.ROOT,
        "The server %s (%s): key_environment or key_file must name the place of a key that may use"
            + " the model %s",
        status == 501 ? "cannot do this" : key,
        shown,
        settings.model());
  }

  private String place(String said, List<String> models) {
    String address =
        settings.url() + " does not answer for the model " + settings.model() + " (" + said + "): ";
    return address
        + (models.isEmpty()
            ? "url must be the address below which /chat/completions lies, mostly one that ends"
                + " with /v1, and model a name that the server knows"
            : "model must be one of those that the server has, "
                + words.quote(String.join(", ", models)));
  }

  /** Where to, without what a server may hide in an address. */
  private String redirect(Response response, int status) {
    String target =
        response
            .headers()
            .firstValue("Location")
            .flatMap(Verdict::host)
            .map(host -> " to " + words.quote(host))
            .orElse("");
    return String.format(
        Locale.ROOT,
        "%s redirects%s (%d), which is not followed, since the key is not meant for another server:"
            + " set url to the server itself",
        settings.url(),
        target,
        status);
  }

  private static Optional<String> host(String location) {
    try {
      URI uri = URI.create(location);
      return Optional.ofNullable(uri.getHost()).map(host -> uri.getScheme() + "://" + host);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
