package io.geolocsft.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.endpoint.EndpointRequest.Text;
import io.geolocsft.endpoint.ScriptedServer.Line;
import io.geolocsft.generate.Sampling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A server that fails in every way there is: nothing is lost, and nothing asked that was answered.
 */
class TestHostileEndpoint {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SEED = 11;
  private static final int QUESTIONS = 200;
  private static final int THREADS = 8;

  /** Far above what a healthy answer takes on a busy machine. */
  private static final Duration TIMEOUT = Duration.ofSeconds(4);

  /** Each so that no whole answer arrives. */
  private enum Fault {
    BUSY,
    BROKEN,
    AWAY,
    HANGS_UP,
    GARBAGE,
    CUT_IN_THE_HEADERS,
    CUT_IN_THE_BODY,
    CUT_IN_A_CHUNK,
    CUT_IN_A_STREAM,
    NO_JSON,
    NO_CHOICES,
    EMPTY_ANSWER,
    TOO_LONG,
    SILENT,
    DRIPPING;

    void happen(Line line) throws Exception {
      switch (this) {
        case BUSY -> line.json(429, "", "Retry-After: 3");
        case BROKEN -> line.json(500, "Internal Server Error");
        case AWAY -> line.send("text/html", 502, "<html>Bad Gateway</html>");
        case HANGS_UP -> line.hangUp();
        case GARBAGE -> raw(line, "SSH-2.0-OpenSSH_9.2p1\r\n\r\n");
        case CUT_IN_THE_HEADERS -> raw(line, "HTTP/1.1 200 OK\r\nContent-Ty");
        case CUT_IN_THE_BODY -> line.cut("{\"choices\":[{\"message\":{\"content\":\"wrong\"}}]}");
        case CUT_IN_A_CHUNK ->
            raw(line, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"choices\"");
        case CUT_IN_A_STREAM ->
            line.send(
                "text/event-stream",
                200,
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"wrong\"}}]}\n\n");
        case NO_JSON -> line.json(200, "{\"choices\":[{\"mess");
        case NO_CHOICES -> line.json(200, "{\"object\":\"chat.completion\"}");
        case EMPTY_ANSWER -> line.json(200, "{\"choices\":[{\"message\":{\"content\":null}}]}");
        case TOO_LONG ->
            raw(line, "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(Transport.MOST_BYTES + 1));
        case SILENT -> line.stall();
        case DRIPPING -> line.trickle();
        default -> throw new IllegalStateException();
      }
    }

    private static void raw(Line line, String text) throws Exception {
      line.raw(text);
      line.hangUp();
    }

    /** One that a client must wait out. */
    boolean isSlow() {
      return this == SILENT || this == DRIPPING;
    }
  }

  private static EndpointClient client(ScriptedServer server, Duration timeout) {
    Random random = new Random(SEED);
    return new EndpointClient(
        EndpointSettings.of(server.url(), "m")
            .withPace(THREADS, 0)
            .withLimits(timeout, Duration.ofDays(1)),
        "",
        new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), random::nextDouble),
        new VirtualTime(),
        notice -> {});
  }

  private static EndpointRequest question(int number) {
    return EndpointRequest.of(List.of(new Text("question " + number)), Sampling.greedy(9), number);
  }

  private static String answer(String question) {
    return "{\"choices\":[{\"message\":{\"content\":\"answer to " + question + "\"}}]}";
  }

  private static String question(ScriptedServer.Request request) throws Exception {
    return JSON.readTree(request.body()).at("/messages/0/content/0/text").asText();
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void oneFaultAtATime(Fault fault) throws Exception {
    AtomicInteger tries = new AtomicInteger();
    Duration timeout = fault.isSlow() ? Duration.ofMillis(300) : Duration.ofSeconds(60);
    try (ScriptedServer server =
            new ScriptedServer(
                (request, line) -> {
                  if (tries.incrementAndGet() == 1) {
                    fault.happen(line);
                  } else {
                    line.json(200, answer("it"));
                  }
                });
        EndpointClient client = client(server, timeout)) {
      assertThat(client.ask(question(1)).answers())
          .extracting(EndpointAnswer::text)
          .containsExactly("answer to it");
      assertThat(tries.get()).isGreaterThanOrEqualTo(2);
    }
  }

  /** It is known to be away in the end, whatever it does instead of answering. */
  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"SILENT", "DRIPPING", "EMPTY_ANSWER", "TOO_LONG"},
      mode = EnumSource.Mode.EXCLUDE)
  void oneFaultForEver(Fault fault) throws Exception {
    try (ScriptedServer server = new ScriptedServer((request, line) -> fault.happen(line));
        EndpointClient client =
            new EndpointClient(
                EndpointSettings.of(server.url(), "m")
                    .withLimits(Duration.ofSeconds(60), Duration.ofMinutes(1)),
                "",
                new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(20), () -> 1),
                new VirtualTime(),
                notice -> {})) {
      assertThatThrownBy(() -> client.ask(question(1))).isInstanceOf(EndpointAwayException.class);
      assertThat(server.requests()).hasSizeBetween(3, 40);
    }
  }

  @Test
  void manyThreadsAndEveryFault() throws Exception {
    Map<String, AtomicInteger> tries = new ConcurrentHashMap<>();
    Map<String, AtomicInteger> delivered = new ConcurrentHashMap<>();
    try (ScriptedServer server =
            new ScriptedServer(
                (request, line) -> {
                  String question = question(request);
                  int number =
                      tries.computeIfAbsent(question, q -> new AtomicInteger()).getAndIncrement();
                  Fault fault = fault(question, number);
                  if (fault != null) {
                    fault.happen(line);
                  } else {
                    delivered.computeIfAbsent(question, q -> new AtomicInteger()).incrementAndGet();
                    line.json(200, answer(question));
                  }
                });
        EndpointClient client = client(server, TIMEOUT)) {
      assertThat(answers(client)).containsExactlyElementsOf(expected());
    }
    assertThat(delivered).hasSize(QUESTIONS);
    assertThat(delivered.values()).allSatisfy(count -> assertThat(count).hasValue(1));
    assertThat(tries.values().stream().mapToInt(AtomicInteger::get).sum())
        .isGreaterThan(QUESTIONS * 3 / 2);
  }

  /** What befalls a try, the same in every run; null for none. Nobody has to wait often. */
  private static Fault fault(String question, int tries) {
    int number = Integer.parseInt(question.replaceAll("\\D", ""));
    if (tries == 0 && number % 40 == 0) {
      return number % 80 == 0 ? Fault.SILENT : Fault.DRIPPING;
    }
    // A third empty answer would be taken for the answer.
    SplittableRandom random = new SplittableRandom(SEED + 2L * number + tries);
    boolean fails = tries < 2 && random.nextBoolean();
    return fails ? Fault.values()[random.nextInt(Fault.SILENT.ordinal())] : null;
  }

  private static List<String> answers(EndpointClient client) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<EndpointReply>> replies = new ArrayList<>();
      for (int i = 0; i < QUESTIONS; i++) {
        EndpointRequest request = question(i);
        replies.add(threads.submit(() -> client.ask(request)));
      }
      List<String> answers = new ArrayList<>();
      for (Future<EndpointReply> reply : replies) {
        answers.add(reply.get().answers().get(0).text());
      }
      return answers;
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<String> expected() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < QUESTIONS; i++) {
      expected.add("answer to question " + i);
    }
    return expected;
  }
}
