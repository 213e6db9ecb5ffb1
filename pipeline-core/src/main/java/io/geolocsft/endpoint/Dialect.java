package io.geolocsft.endpoint;

import io.geolocsft.endpoint.Transport.Response;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What the server turned out not to take; each is told once. */
final class Dialect {

  /** Without such words an error is about a value, which is the user's to change. */
  private static final Pattern UNKNOWN =
      Pattern.compile(
          "unsupported|not (currently )?support|n't support|unrecogni[sz]ed|unexpected|unknown"
              + "|extra (field|input)|not permitted|not allowed|extra_forbidden|unused"
              + "|not implemented|unavailable|only one|instead",
          Pattern.CASE_INSENSITIVE);

  private final Set<Parameter> without = EnumSet.noneOf(Parameter.class);
  private final Consumer<String> notices;
  private final ServerWords words;

  Dialect(Consumer<String> notices, ServerWords words) {
    this.notices = notices;
    this.words = words;
  }

  /** A copy of what is left out. */
  synchronized Set<Parameter> without() {
    return EnumSet.copyOf(without);
  }

  /**
   * Learns from an answer that is an error.
   *
   * @param omitted what the request that failed was sent without
   * @return whether another try without a parameter, or with one less, makes sense
   */
  boolean learns(Response response, Set<Parameter> omitted) {
    if (response.status() != 400 && response.status() != 422) {
      return false;
    }
    ServerError error = ServerError.of(response.body());
    Optional<Parameter> found =
        Arrays.stream(Parameter.values())
            .filter(parameter -> !omitted.contains(parameter))
            .filter(parameter -> isUnknown(parameter, error))
            .findFirst();
    found.ifPresent(
        parameter -> leaveOut(parameter, response.status() + ": " + words.quote(error.message())));
    return found.isPresent();
  }

  private static boolean isUnknown(Parameter parameter, ServerError error) {
    if (!UNKNOWN.matcher(error.message() + " " + error.code()).find()) {
      return false;
    }
    // Where the context is too small, servers name max_tokens, and its newer name helps nothing.
    boolean isNamed = error.parameter().equals(parameter.key) && parameter != Parameter.MAX_TOKENS;
    return isNamed || parameter.isMentioned(error.message());
  }

  /** The server returned fewer choices than it was asked for. */
  void ignoresN() {
    leaveOut(Parameter.N, "it returns fewer choices than asked for");
  }

  private void leaveOut(Parameter parameter, String why) {
    synchronized (this) {
      if (!without.add(parameter)) {
        return;
      }
    }
    notices.accept(
        "The server does not take "
            + parameter.key
            + " ("
            + why
            + "); it is left out from now on: "
            + parameter.consequence());
  }
}
