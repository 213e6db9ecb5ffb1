package io.geolocsft.endpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.endpoint.FailedCall.Reach;
import io.geolocsft.endpoint.RequestBody.Draw;
import io.geolocsft.endpoint.Transport.Response;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an endpoint, from as many threads as like: one for a process, which all its threads share,
 * so that they keep one pace and stop together where the server can answer nobody.
 */
public final class EndpointClient implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EndpointClient.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Addresses that others on the way can read along. */
  private static final Pattern OPEN = Pattern.compile("http://(?!localhost[:/]|127\\.|\\[::1])");

  /** So often in a row, no answer is the answer. */
  private static final int MOST_EMPTY = 3;

  private static final Backoff BACKOFF =
      new Backoff(
          Duration.ofSeconds(1),
          Duration.ofMinutes(1),
          () -> ThreadLocalRandom.current().nextDouble());

  private final EndpointSettings settings;
  private final Transport transport;
  private final Dialect dialect;
  private final ReplyReader reader;
  private final Verdict verdict;
  private final Standing standing;
  private final Persistence persistence;

  EndpointClient(
      EndpointSettings settings, String key, Backoff backoff, Time time, Consumer<String> notices) {
    ServerWords words = new ServerWords(key);
    this.settings = settings;
    this.transport = new Transport(settings, key, words);
    this.dialect = new Dialect(notices, words);
    this.reader = new ReplyReader(words);
    this.verdict = new Verdict(settings, words, time);
    this.standing = new Standing(time);
    this.persistence =
        new Persistence(
            settings,
            new Pace(settings.concurrency(), settings.requestsPerMinute(), time),
            backoff,
            standing,
            time);
  }

  /**
   * A client that logs what a server turns out not to take.
   *
   * @throws UnusableEndpointException if the key is not where it should be
   */
  public static EndpointClient open(EndpointSettings settings) throws UnusableEndpointException {
    return open(settings, LOG::warn);
  }

  /**
   * A client. It is to be closed.
   *
   * @param notices is told, once for each, what the server turns out not to take
   * @throws UnusableEndpointException if the key is not where it should be
   */
  public static EndpointClient open(EndpointSettings settings, Consumer<String> notices)
      throws UnusableEndpointException {
    String key = settings.key().read();
    if (!key.isEmpty() && OPEN.matcher(settings.url()).lookingAt()) {
      notices.accept("The key goes over the network unencrypted: url begins with http");
    }
    return new EndpointClient(settings, key, BACKOFF, Time.OF_MACHINE, notices);
  }

  /**
   * Asks until all answers are there: that at place 0 is greedy, the others are sampled.
   *
   * @return as many answers as the request's sampling has candidates
   * @throws RefusedRequestException if this request has no answer
   * @throws UnusableEndpointException if no request would have one; so ends every later call
   * @throws EndpointAwayException if the server has answered nothing for longer than its patience
   * @throws InterruptedIOException if the thread was interrupted, as it is then again
   */
  public EndpointReply ask(EndpointRequest request)
      throws EndpointException, InterruptedIOException {
    int wanted = request.sampling().candidates();
    RequestBody body = new RequestBody(settings, request);
    EndpointReply reply = EndpointReply.NONE;
    while (reply.answers().size() < wanted) {
      int here = reply.answers().size();
      Turn turn = new Turn(body, request.first() + here, wanted - here);
      reply = reply.and(interruptibly(() -> persistence.answer(turn)), wanted);
    }
    return reply;
  }

  /** The next candidates: the first alone, of the others as many as the server gives at once. */
  private final class Turn implements Persistence.Call<EndpointReply> {
    private final RequestBody body;
    private final int first;
    private final int most;
    private int empty;

    Turn(RequestBody body, int first, int wanted) {
      this.body = body;
      this.first = first;
      this.most = first == 0 ? 1 : wanted;
    }

    @Override
    public EndpointReply go() throws FailedCall, EndpointException, InterruptedException {
      while (true) {
        Set<Parameter> without = dialect.without();
        Draw draw = new Draw(first, without.contains(Parameter.N) ? 1 : most);
        byte[] json = body.of(draw, without);
        Response response =
            transport.post("/chat/completions", json, RequestBody.identity(json, draw));
        if (!dialect.learns(response, without)) {
          return read(response, draw);
        }
      }
    }

    private EndpointReply read(Response response, Draw draw)
        throws FailedCall, EndpointException, InterruptedException {
      verdict.check(response, EndpointClient.this::known);
      EndpointReply reply = reader.read(response);
      if (reply.answers().size() < draw.count()) {
        dialect.ignoresN();
      }
      // A model may have nothing to say, but a server in trouble says nothing, too.
      if (reply.isEmpty() && ++empty < MOST_EMPTY) {
        throw new FailedCall(Reach.REQUEST, "an empty answer");
      }
      standing.answered();
      return reply;
    }
  }

  /**
   * The models that the server lists; empty where it lists none. It also shows whether the server
   * is there and takes the key.
   *
   * @throws UnusableEndpointException if it does not take the key
   * @throws EndpointAwayException if the server does not answer
   * @throws InterruptedIOException if the thread was interrupted, as it is then again
   */
  public List<String> models() throws EndpointException, InterruptedIOException {
    return interruptibly(
        () ->
            persistence.answer(
                () -> {
                  Response response = transport.get("/models");
                  if (response.status() != 404 && response.status() != 405) {
                    verdict.check(response, List::of);
                  }
                  return names(response);
                }));
  }

  /** What {@link #models} lists, asked once, while another request fails. */
  private List<String> known() throws InterruptedException {
    try {
      return names(transport.get("/models"));
    } catch (FailedCall | UnusableEndpointException e) {
      return List.of();
    }
  }

  private static List<String> names(Response response) {
    List<String> names = new ArrayList<>();
    try {
      JSON.readTree(response.body())
          .path("data")
          .forEach(model -> names.add(model.path("id").asText()));
    } catch (IOException e) {
      LOG.debug("The server's list of models cannot be read", e);
    }
    return names;
  }

  /** Something that waits for the server. */
  @FunctionalInterface
  private interface Waiting<T> {
    T get() throws EndpointException, InterruptedException;
  }

  private static <T> T interruptibly(Waiting<T> waiting)
      throws EndpointException, InterruptedIOException {
    try {
      return waiting.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while an endpoint was asked");
    }
  }

  /** Ends the calls that run, with an {@link IllegalStateException}. */
  @Override
  public void close() {
    transport.close();
  }
}
