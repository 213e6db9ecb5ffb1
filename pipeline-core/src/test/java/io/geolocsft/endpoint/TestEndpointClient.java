package io.geolocsft.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.endpoint.EndpointRequest.Photo;
import io.geolocsft.endpoint.EndpointRequest.Schema;
import io.geolocsft.endpoint.EndpointRequest.Text;
import io.geolocsft.endpoint.ScriptedServer.Request;
import io.geolocsft.endpoint.ScriptedServer.Script;
import io.geolocsft.generate.Sampling;
import io.geolocsft.image.DecodeLimits;
import io.geolocsft.image.ImageDecoder;
import io.geolocsft.image.RgbImage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestEndpointClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SECRET = "sk-secret-4711";
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Sampling FOUR = new Sampling(4, 0.7, 0, 0.9, 50);

  private final VirtualTime time = new VirtualTime();
  private final List<String> notices = new ArrayList<>();
  private ScriptedServer server;
  private EndpointClient client;

  @AfterEach
  void close() throws Exception {
    client.close();
    server.close();
  }

  private void serve(Script script) throws Exception {
    serve(Duration.ofSeconds(60), script);
  }

  private void serve(Duration timeout, Script script) throws Exception {
    server = new ScriptedServer(script);
    client = client(server.url(), timeout);
  }

  private EndpointClient client(String url, Duration timeout) {
    return new EndpointClient(
        EndpointSettings.of(url, "gemma").withLimits(timeout, PATIENCE),
        SECRET,
        new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), () -> 0.5),
        time,
        notices::add);
  }

  /** An answer of so many choices, each of its own text. */
  private static String choices(String text, int count) {
    List<String> choices =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    String.format(
                        Locale.ROOT,
                        "{\"index\":%d,\"message\":{\"content\":\"%s.%d\"},"
                            + "\"finish_reason\":\"stop\"}",
                        i,
                        text,
                        i))
            .toList();
    return "{\"choices\":["
        + String.join(",", choices)
        + "],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":"
        + count
        + "}}";
  }

  private static String error(String message) {
    return "{\"error\":{\"message\":\"" + message + "\"}}";
  }

  private static EndpointRequest question(String text) {
    return EndpointRequest.of(List.of(new Text(text)), Sampling.greedy(20), 1);
  }

  private static EndpointRequest four(String text) {
    return EndpointRequest.of(List.of(new Text(text)), FOUR, 1);
  }

  private JsonNode sent(int index) throws Exception {
    return JSON.readTree(server.requests().get(index).body());
  }

  @Test
  void whatIsSent() throws Exception {
    serve((request, line) -> line.json(200, choices("a", 1)));
    RgbImage image = RgbImage.black(30, 20);
    client.ask(
        EndpointRequest.of(List.of(new Photo(image), new Text("Where?")), Sampling.greedy(20), 1)
            .withSystem("Be brief.")
            .withSchema(new Schema("place", "{\"type\":\"object\"}"))
            .withLogProbabilities());
    Request request = server.requests().get(0);
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/v1/chat/completions");
    assertThat(request.headers())
        .containsEntry("authorization", "Bearer " + SECRET)
        .containsEntry("content-type", "application/json")
        .containsKey("idempotency-key");
    JsonNode body = sent(0);
    String url = body.at("/messages/1/content/0/image_url/url").asText();
    assertThat(url).startsWith("data:image/jpeg;base64,");
    byte[] jpeg = Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1));
    assertThat(ImageDecoder.decode(jpeg, DecodeLimits.DEFAULT).width()).isEqualTo(30);
    assertThat(body.at("/messages/0/content").asText()).isEqualTo("Be brief.");
    assertThat(body.at("/messages/1/content/1/text").asText()).isEqualTo("Where?");
    assertThat(body.path("model").asText()).isEqualTo("gemma");
    assertThat(body.path("max_tokens").asInt()).isEqualTo(20);
    assertThat(body.path("temperature").asInt(-1)).isZero();
    assertThat(body.path("logprobs").asBoolean()).isTrue();
    assertThat(body.at("/response_format/type").asText()).isEqualTo("json_schema");
    assertThat(body.at("/response_format/json_schema/schema/type").asText()).isEqualTo("object");
    assertThat(body.has("n") || body.has("top_k")).isFalse();
  }

  @Test
  void theFirstCandidateIsGreedyAndTheOthersComeTogether() throws Exception {
    serve(
        (request, line) ->
            line.json(200, choices("t", JSON.readTree(request.body()).path("n").asInt(1))));
    EndpointReply reply = client.ask(four("q"));
    assertThat(reply.answers())
        .extracting(EndpointAnswer::text)
        .containsExactly("t.0", "t.0", "t.1", "t.2");
    assertThat(reply.promptTokens()).isEqualTo(20);
    assertThat(reply.completionTokens()).isEqualTo(4);
    JsonNode sampled = sent(1);
    assertThat(sampled.path("n").asInt()).isEqualTo(3);
    assertThat(sampled.path("temperature").asDouble()).isEqualTo(0.7);
    assertThat(sampled.path("top_p").asDouble()).isEqualTo(0.9);
    assertThat(sampled.path("top_k").asInt()).isEqualTo(-1);
    assertThat(sampled.path("seed").canConvertToInt()).isTrue();
    assertThat(server.requests()).hasSize(2);
    assertThat(notices).isEmpty();
  }

  @Test
  void aServerThatIgnoresNIsAskedOneByOne() throws Exception {
    serve((request, line) -> line.json(200, choices("t", 1)));
    assertThat(client.ask(four("q")).answers()).hasSize(4);
    assertThat(client.ask(four("r")).answers()).hasSize(4);
    assertThat(server.requests()).hasSize(8);
    assertThat(notices).singleElement().asString().contains("take n ", "one by one");
    List<Integer> seeds = new ArrayList<>();
    List<String> identities = new ArrayList<>();
    for (int i = 1; i < 4; i++) {
      seeds.add(sent(i).path("seed").asInt());
      identities.add(server.requests().get(i).headers().get("idempotency-key"));
    }
    assertThat(seeds).doesNotHaveDuplicates();
    assertThat(identities).doesNotHaveDuplicates();
  }

  @Test
  void choicesThatAreTooManyAreLeft() throws Exception {
    serve((request, line) -> line.json(200, choices("t", 5)));
    assertThat(client.ask(four("q")).answers()).hasSize(4);
  }

  @Test
  void whatTheServerDoesNotTakeIsLeftOutForGood() throws Exception {
    serve(
        (request, line) -> {
          JsonNode body = JSON.readTree(request.body());
          for (String name : List.of("top_k", "seed", "n")) {
            if (body.has(name)) {
              line.json(400, error("Unrecognized request argument supplied: '" + name + "'"));
              return;
            }
          }
          line.json(200, choices("t", 1));
        });
    assertThat(client.ask(four("q")).answers()).hasSize(4);
    assertThat(notices).hasSize(3);
    assertThat(server.requests()).hasSize(4 + 3);
    client.ask(four("r"));
    assertThat(notices).hasSize(3);
    assertThat(server.requests()).hasSize(4 + 3 + 4);
  }

  @Test
  void aTryHasTheSameIdentityAsTheOneBefore() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    serve(
        (request, line) -> {
          if (tries.incrementAndGet() < 3) {
            line.json(500, "");
          } else {
            line.json(200, choices("t", 1));
          }
        });
    client.ask(question("q"));
    client.ask(question("another"));
    List<String> identities =
        server.requests().stream().map(each -> each.headers().get("idempotency-key")).toList();
    assertThat(identities.subList(0, 3)).containsOnly(identities.get(0));
    assertThat(identities.get(3)).isNotEqualTo(identities.get(0));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 409, 425, 429, 500, 502, 503, 504, 520, 529})
  void aStatusThatPasses(int status) throws Exception {
    AtomicInteger tries = new AtomicInteger();
    serve(
        (request, line) -> {
          if (tries.incrementAndGet() < 3) {
            line.json(status, error("wait"));
          } else {
            line.json(200, choices("t", 1));
          }
        });
    assertThat(client.ask(question("q")).answers()).hasSize(1);
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void aWishIsKept() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    serve(
        (request, line) -> {
          if (tries.incrementAndGet() == 1) {
            line.json(429, error("slowly"), "Retry-After: 77");
          } else {
            line.json(200, choices("t", 1));
          }
        });
    client.ask(question("q"));
    assertThat(time.slept()).isBetween(Duration.ofSeconds(77), Duration.ofSeconds(78));
  }

  @Test
  void aWishBeyondThePatienceEndsIt() throws Exception {
    serve((request, line) -> line.json(429, error("tomorrow"), "Retry-After: 86400"));
    assertThatThrownBy(() -> client.ask(question("q")))
        .isInstanceOf(EndpointAwayException.class)
        .hasMessageContaining("wants 86400.0 s")
        .hasMessageContaining("tomorrow");
    assertThat(server.requests()).hasSize(1);
    assertThat(time.slept()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "400, too many pixels",
    "413, too large",
    "422, no image",
    "403, flagged by moderation",
  })
  void aRequestThatIsRefusedIsNotAskedAgain(int status, String why) throws Exception {
    serve((request, line) -> line.json(status, error(why)));
    assertThatThrownBy(() -> client.ask(question("q")))
        .isInstanceOf(RefusedRequestException.class)
        .hasMessageContaining(status + ": " + why);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void whereAllAreRefusedTheSettingsAreWrong() throws Exception {
    serve((request, line) -> line.json(400, error("no chat template")));
    for (int i = 0; i < 9; i++) {
      assertThatThrownBy(() -> client.ask(question("q")))
          .isInstanceOf(RefusedRequestException.class);
    }
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> client.ask(question("q")))
          .isInstanceOf(UnusableEndpointException.class)
          .hasMessageContaining("no chat template");
    }
    assertThat(server.requests()).hasSize(10);
  }

  @ParameterizedTest
  @CsvSource({
    "401, Incorrect API key provided: sk-secret-4711, key_file",
    "402, Pay, account",
    "403, Forbidden, key_file",
    "405, Method, url must be",
    "429, You exceeded insufficient_quota, account",
    "400, API key not valid, key_file",
  })
  void wrongSettingsEndEverything(int status, String why, String remedy) throws Exception {
    serve((request, line) -> line.json(status, error(why)));
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> client.ask(question("q")))
          .isInstanceOf(UnusableEndpointException.class)
          .hasMessageContaining(remedy)
          .satisfies(TestEndpointClient::holdsNoSecret);
    }
    assertThat(server.requests()).filteredOn(each -> each.method().equals("POST")).hasSize(1);
  }

  private static void holdsNoSecret(Throwable thrown) {
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      assertThat(each.toString()).doesNotContain("4711");
    }
  }

  @Test
  void anUnknownModelIsAnsweredWithThoseThatThereAre() throws Exception {
    serve(
        (request, line) -> {
          if (request.path().equals("/v1/models")) {
            line.json(200, "{\"data\":[{\"id\":\"gemma-3-4b\"},{\"id\":\"gemma-3-12b\"}]}");
          } else {
            line.json(404, error("The model `gemma` does not exist."));
          }
        });
    assertThatThrownBy(() -> client.ask(question("q")))
        .isInstanceOf(UnusableEndpointException.class)
        .hasMessageContaining("gemma-3-4b, gemma-3-12b")
        .hasMessageContaining("does not exist");
    assertThat(client).isNotNull();
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    AtomicInteger reached = new AtomicInteger();
    try (ScriptedServer other =
        new ScriptedServer(
            (request, line) -> {
              reached.incrementAndGet();
              line.json(200, choices("t", 1));
            })) {
      serve(
          (request, line) ->
              line.json(307, "", "Location: " + other.url() + "/v1?token=" + SECRET));
      assertThatThrownBy(() -> client.ask(question("q")))
          .isInstanceOf(UnusableEndpointException.class)
          .hasMessageContaining("redirects to http://127.0.0.1 (307)")
          .satisfies(TestEndpointClient::holdsNoSecret);
    }
    assertThat(reached).hasValue(0);
  }

  @Test
  void noMessageHoldsTheKeyWhateverTheServerRepeats() throws Exception {
    for (int status : new int[] {200, 301, 400, 401, 404, 422, 429, 500, 503}) {
      serve((request, line) -> line.json(status, error(request.headers().toString())));
      assertThatThrownBy(() -> client.ask(question("q")))
          .isInstanceOf(EndpointException.class)
          .satisfies(TestEndpointClient::holdsNoSecret);
      close();
    }
    serve((request, line) -> line.raw("HTTP/1.1 " + SECRET + "\r\n\r\n"));
    assertThatThrownBy(() -> client.ask(question("q")))
        .isInstanceOf(EndpointAwayException.class)
        .satisfies(TestEndpointClient::holdsNoSecret);
    assertThat(client.toString()).doesNotContain("4711");
  }

  @Test
  void aServerThatIsAwayIsWaitedForAsLongAsThePatience() throws Exception {
    serve((request, line) -> line.json(503, error("Loading model")));
    assertThatThrownBy(() -> client.ask(question("q")))
        .isInstanceOf(EndpointAwayException.class)
        .hasMessageContaining("503: Loading model")
        .hasMessageContaining("patience is 600.0 s");
    assertThat(time.slept()).isEqualTo(PATIENCE);
    server.close();
    assertThatThrownBy(() -> client.ask(question("q")))
        .isInstanceOf(EndpointAwayException.class)
        .hasMessageContaining("ConnectException");
  }

  @Test
  void aRequestThatAlwaysFailsWhileOthersAreAnsweredIsGivenUp() throws Exception {
    serve(
        (request, line) -> {
          if (request.body().contains("poison")) {
            line.json(500, error("engine"));
          } else {
            line.json(200, choices("t", 1));
          }
        });
    client.close();
    client = client(new Meanwhile(1));
    assertThatThrownBy(() -> client.ask(question("poison")))
        .isInstanceOf(RefusedRequestException.class)
        .hasMessageContaining("500: engine");
    assertThat(server.requests()).hasSize(12 + 1);
  }

  private EndpointClient client(Time others) {
    return new EndpointClient(
        EndpointSettings.of(server.url(), "gemma"),
        "",
        new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), () -> 0.5),
        others,
        notices::add);
  }

  /** Has another question answered during the first sleeps. */
  private final class Meanwhile implements Time {
    private int times;

    Meanwhile(int times) {
      this.times = times;
    }

    @Override
    public long nanos() {
      return time.nanos();
    }

    @Override
    public Instant now() {
      return time.now();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      time.sleep(duration);
      if (times-- > 0) {
        try {
          client.ask(question("good"));
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  /** Others are answered between its tries, so that its server is never away. */
  @Test
  void noRequestWaitsForEver() throws Exception {
    serve(
        (request, line) -> {
          if (request.body().contains("poison")) {
            line.json(503, error("overloaded"));
          } else {
            line.json(200, choices("t", 1));
          }
        });
    client.close();
    client = client(new Meanwhile(1000));
    assertThatThrownBy(() -> client.ask(question("poison")))
        .isInstanceOf(RefusedRequestException.class)
        .hasMessageContaining("503: overloaded");
    assertThat(time.slept()).isBetween(PATIENCE, PATIENCE.multipliedBy(2));
  }

  @Test
  void noAnswerThreeTimesIsTheAnswer() throws Exception {
    serve((request, line) -> line.json(200, "{\"choices\":[{\"message\":{\"content\":\"\"}}]}"));
    assertThat(client.ask(question("q")).answers())
        .extracting(EndpointAnswer::text)
        .containsExactly("");
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void whoWaitsForAnAnswerCanBeInterrupted() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    serve(
        (request, line) -> {
          asked.countDown();
          line.stall();
          gone.countDown();
        });
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                client.ask(question("q"));
              } catch (IOException e) {
                thrown.set(e);
                flag.set(Thread.currentThread().isInterrupted());
              }
            });
    thread.start();
    asked.await();
    thread.interrupt();
    thread.join();
    gone.await();
    assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
    assertThat(flag.get()).isTrue();
  }

  @Test
  void whoWaitsForAnotherTryCanBeInterrupted() throws Exception {
    serve(
        (request, line) -> {
          line.json(503, "");
        });
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> client.ask(question("q"))).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void closingEndsWhatRuns() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    serve(
        (request, line) -> {
          asked.countDown();
          line.stall();
        });
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                client.ask(question("q"));
              } catch (Exception e) {
                thrown.set(e);
              }
            });
    thread.start();
    asked.await();
    client.close();
    // Far less than the request's own time-out.
    thread.join(30_000);
    assertThat(thread.isAlive()).isFalse();
    assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> client.ask(question("q"))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void modelsThatAServerLists() throws Exception {
    serve((request, line) -> line.json(200, "{\"data\":[{\"id\":\"a\"}]}"));
    assertThat(client.models()).containsExactly("a");
    close();
    serve((request, line) -> line.json(404, error("no such path")));
    assertThat(client.models()).isEmpty();
    close();
    serve((request, line) -> line.json(401, error("who are you")));
    assertThatThrownBy(client::models).isInstanceOf(UnusableEndpointException.class);
  }

  @Test
  void aKeyOverAnOpenNetworkIsTold() throws Exception {
    serve((request, line) -> line.json(200, choices("t", 1)));
    Path key = Files.createTempFile("key", "");
    Files.writeString(key, SECRET);
    for (String host : List.of("http://localhost:1", "http://127.0.0.1:1", "https://h")) {
      EndpointSettings settings =
          EndpointSettings.of(host, "m").withKey(KeySource.file(key.toString()));
      EndpointClient.open(settings, notices::add).close();
      assertThat(notices).isEmpty();
    }
    EndpointClient.open(
            EndpointSettings.of("http://h", "m").withKey(KeySource.file(key.toString())),
            notices::add)
        .close();
    assertThat(notices).singleElement().asString().contains("unencrypted");
    Files.delete(key);
  }
}
