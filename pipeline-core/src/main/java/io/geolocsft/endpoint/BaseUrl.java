package io.geolocsft.endpoint;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/** The address below which the protocol's paths lie, as people write it. */
final class BaseUrl {

  private static final String COMPLETIONS = "/chat/completions";

  private BaseUrl() {}

  /**
   * The address without a slash at the end; {@code /v1} is added where there is no path at all.
   *
   * @throws IllegalArgumentException if it is not one of HTTP, or holds what may be a secret; the
   *     message does not repeat it
   */
  static String of(String text) {
    URI uri = parsed(text.strip());
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!Set.of("http", "https").contains(scheme) || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "url must be the address of a server, such as http://localhost:8000/v1");
    }
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "url must have no user, password, query or fragment: a key is named by key_environment or"
              + " key_file");
    }
    return scheme + "://" + uri.getRawAuthority() + path(uri.getRawPath());
  }

  private static URI parsed(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      // Its message repeats the text, which may hold a password.
      throw new IllegalArgumentException(
          "url is not an address; it must be one such as http://localhost:8000/v1");
    }
  }

  private static String path(String raw) {
    String path = raw.replaceAll("/+$", "");
    if (path.endsWith(COMPLETIONS)) {
      path = path.substring(0, path.length() - COMPLETIONS.length());
    }
    return path.isEmpty() ? "/v1" : path;
  }
}
