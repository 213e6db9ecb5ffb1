package io.geolocsft.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.ByteSource;
import com.google.common.net.UrlEscapers;
import io.geolocsft.failure.Excerpt;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mlflow.tracking.creds.MlflowHostCreds;

/** Artifacts that the server itself takes, as {@code mlflow server} does unless told otherwise. */
final class ServedArtifacts implements MlflowArtifacts {

  private static final String API = "/api/2.0/mlflow-artifacts/artifacts";
  private static final Duration CONNECTING = Duration.ofSeconds(10);
  private static final int MOST_ANSWER_BYTES = 1000;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECTING)
          .build();
  private final MlflowHostCreds server;
  private final String root;

  ServedArtifacts(URI uri, MlflowHostCreds server) throws IOException {
    String authority = uri.getRawAuthority();
    // The credentials are for one server alone.
    if (authority != null && !authority.equals(URI.create(server.getHost()).getRawAuthority())) {
      throw new IOException("Artifacts are kept by another server, at " + uri);
    }
    this.server = server;
    this.root = server.getHost().replaceFirst("/*$", API) + uri.getRawPath();
  }

  @Override
  public void put(String path, ByteSource bytes) throws IOException, InterruptedException {
    URI uri = URI.create(root + "/" + escaped(path));
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).PUT(body(bytes));
    authorization().ifPresent(value -> request.header("Authorization", value));
    HttpResponse<InputStream> answer = client.send(request.build(), BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      if (answer.statusCode() / 100 != 2) {
        String text = new String(body.readNBytes(MOST_ANSWER_BYTES), UTF_8);
        throw new IOException(
            String.format(
                Locale.ROOT, "%s was answered %d: %s", uri, answer.statusCode(), Excerpt.of(text)));
      }
    }
  }

  private static String escaped(String path) {
    return Arrays.stream(path.split("/"))
        .map(UrlEscapers.urlPathSegmentEscaper()::escape)
        .collect(Collectors.joining("/"));
  }

  /** Read as it is sent, however large it is. */
  private static BodyPublisher body(ByteSource bytes) throws IOException {
    long length = bytes.size();
    BodyPublisher stream =
        BodyPublishers.ofInputStream(
            () -> {
              try {
                return bytes.openStream();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    return length == 0 ? BodyPublishers.noBody() : BodyPublishers.fromPublisher(stream, length);
  }

  private Optional<String> authorization() {
    if (server.getUsername() != null && server.getPassword() != null) {
      String both = server.getUsername() + ":" + server.getPassword();
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(both.getBytes(UTF_8)));
    }
    return Optional.ofNullable(server.getToken()).map("Bearer "::concat);
  }
}
