package io.geolocsft.endpoint;

import java.io.Serializable;
import java.time.Duration;

/**
 * How an endpoint is asked. No secret is in it.
 *
 * @param url below which {@code /chat/completions} lies; without a path, {@code /v1} is meant
 * @param model as the server calls it
 * @param key where the key is
 * @param concurrency requests of one client that run at the same time
 * @param requestsPerMinute that one client starts at most; 0 for as many as there are
 * @param timeout of one request, from its start to the last byte of its answer
 * @param patience how long a server may answer nothing before it counts as away
 * @param images how images are sent
 */
public record EndpointSettings(
    String url,
    String model,
    KeySource key,
    int concurrency,
    int requestsPerMinute,
    Duration timeout,
    Duration patience,
    ImageForm images)
    implements Serializable {

  private static final int MOST_CONCURRENCY = 1024;
  private static final Duration LONGEST = Duration.ofDays(1);

  /**
   * Checks the values and completes the address.
   *
   * @throws IllegalArgumentException if one is out of its range; the message names the setting
   */
  public EndpointSettings {
    url = BaseUrl.of(url);
    check(!model.isBlank(), "model must be the name that the server has for it");
    check(
        concurrency >= 1 && concurrency <= MOST_CONCURRENCY,
        "concurrency must be 1 to " + MOST_CONCURRENCY + ", not " + concurrency);
    check(
        requestsPerMinute >= 0,
        "requests_per_minute must be positive, or 0 for no limit, not " + requestsPerMinute);
    check(isWithin(timeout), "timeout must be over 0 s and at most a day, not " + timeout);
    check(isWithin(patience), "patience must be over 0 s and at most a day, not " + patience);
  }

  /** Settings with defaults that fit a server of one's own. */
  public static EndpointSettings of(String url, String model) {
    return new EndpointSettings(
        url,
        model,
        KeySource.NONE,
        8,
        0,
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        ImageForm.within(896, 90));
  }

  public EndpointSettings withKey(KeySource source) {
    return new EndpointSettings(
        url, model, source, concurrency, requestsPerMinute, timeout, patience, images);
  }

  public EndpointSettings withPace(int requestsAtOnce, int requestsPerMinute) {
    return new EndpointSettings(
        url, model, key, requestsAtOnce, requestsPerMinute, timeout, patience, images);
  }

  public EndpointSettings withLimits(Duration ofRequest, Duration ofServer) {
    return new EndpointSettings(
        url, model, key, concurrency, requestsPerMinute, ofRequest, ofServer, images);
  }

  public EndpointSettings withImages(ImageForm form) {
    return new EndpointSettings(
        url, model, key, concurrency, requestsPerMinute, timeout, patience, form);
  }

  private static boolean isWithin(Duration duration) {
    return duration.compareTo(Duration.ZERO) > 0 && duration.compareTo(LONGEST) <= 0;
  }

  private static void check(boolean good, String problem) {
    if (!good) {
      throw new IllegalArgumentException(problem);
    }
  }
}
