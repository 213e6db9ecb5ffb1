package io.geolocsft.endpoint;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.geolocsft.endpoint.FailedCall.Reach;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends one request and takes its answer, whatever it is. No redirect is followed. */
final class Transport implements AutoCloseable {

  /** Of an answer; the longest real ones have some hundred thousand. */
  static final int MOST_BYTES = 16 << 20;

  private static final Duration MOST_TO_CONNECT = Duration.ofSeconds(20);

  /** What came. */
  record Response(int status, HttpHeaders headers, byte[] body) {}

  private final EndpointSettings settings;
  private final String key;
  private final ServerWords words;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          new ThreadFactoryBuilder().setNameFormat("endpoint-%d").setDaemon(true).build());
  private final HttpClient http;
  private final Set<CompletableFuture<?>> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Transport(EndpointSettings settings, String key, ServerWords words) {
    this.settings = settings;
    this.key = key;
    this.words = words;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(shorter(settings.timeout(), MOST_TO_CONNECT))
            .executor(threads)
            .build();
  }

  static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /**
   * Posts JSON.
   *
   * @param path below the address, beginning with a slash
   * @param identity the same for each try of a request, for servers that know they answered it
   */
  Response post(String path, byte[] json, String identity)
      throws FailedCall, UnusableEndpointException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", identity)
            .POST(BodyPublishers.ofByteArray(json))
            .build());
  }

  Response get(String path) throws FailedCall, UnusableEndpointException, InterruptedException {
    return send(request(path).GET().build());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(settings.url() + path))
            .header("Accept", "application/json")
            .header("User-Agent", "geolocsft");
    return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
  }

  private Response send(HttpRequest request)
      throws FailedCall, UnusableEndpointException, InterruptedException {
    if (closed) {
      throw new IllegalStateException("The client is closed");
    }
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, head -> new BoundedBody(MOST_BYTES));
    running.add(answer);
    if (closed) {
      answer.cancel(true); // Whoever closed it may not have seen this one.
    }
    try {
      // The JDK's own time-out ends with the headers, and a body may come drop by drop.
      HttpResponse<byte[]> response =
          answer.get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
      return new Response(response.statusCode(), response.headers(), response.body());
    } catch (TimeoutException e) {
      throw new FailedCall(Reach.REQUEST, "no whole answer within " + shown(settings.timeout()));
    } catch (CancellationException e) {
      throw new IllegalStateException("The client is closed", e);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } finally {
      answer.cancel(true);
      running.remove(answer);
    }
  }

  /** A duration in seconds. */
  static String shown(Duration duration) {
    return duration.toMillis() / 1000.0 + " s";
  }

  private FailedCall failure(Throwable cause) throws UnusableEndpointException {
    if (cause instanceof Error error) {
      throw error;
    }
    if (isOfCertificates(cause)) {
      throw new UnusableEndpointException(
          "The server's certificate is not trusted by this JVM ("
              + words.quote(cause)
              + "): add it to the trust store that javax.net.ssl.trustStore names");
    }
    boolean isAway =
        cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
    return new FailedCall(isAway ? Reach.SERVER : Reach.REQUEST, words.quote(cause));
  }

  private static boolean isOfCertificates(Throwable thrown) {
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      if (each instanceof CertificateException || each instanceof CertPathBuilderException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    closed = true;
    running.forEach(answer -> answer.cancel(true));
    threads.shutdown();
  }
}
