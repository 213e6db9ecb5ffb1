package io.geolocsft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A server with OpenAI's interface on loopback that fails as real ones do, and keeps a ledger: an
 * answer is paid for once it was sent whole, and once for each key of idempotency.
 */
public final class FaultyEndpoint implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int THREADS = 64;

  private final HttpServer server;
  private final double faults;
  private final Function<JsonNode, String> model;
  private final Random random = new Random(11);
  private final Set<String> authorizations = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicInteger> sent = new ConcurrentHashMap<>();

  /**
   * @param faults share of requests that fail in one way or another
   */
  FaultyEndpoint(double faults) throws IOException {
    this(faults, FaultyEndpoint::point);
  }

  /**
   * @param model answers a request
   */
  public FaultyEndpoint(double faults, Function<JsonNode, String> model) throws IOException {
    this.faults = faults;
    this.model = model;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/models", exchange -> send(exchange, 200, "{\"data\": []}"));
    server.createContext("/v1/chat/completions", this::answer);
    server.setExecutor(Executors.newFixedThreadPool(THREADS));
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** How many answers were paid for. */
  public int paid() {
    return sent.size();
  }

  /** How many answers were sent, those again among them whose keys were known. */
  public int sent() {
    return sent.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  /** What requests had in their headers of that name. */
  Set<String> authorizations() {
    return authorizations;
  }

  private synchronized double draw() {
    return random.nextDouble();
  }

  private void answer(HttpExchange exchange) throws IOException {
    JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
    String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    double fault = draw() / faults;
    if (fault < 0.2) {
      exchange.getResponseHeaders().set("Retry-After", "0");
      send(exchange, 429, "{\"error\": {\"message\": \"slow down\"}}");
    } else if (fault < 0.4) {
      send(exchange, fault < 0.3 ? 500 : 503, "oops");
    } else if (fault < 0.6) {
      cut(exchange, completion(request));
    } else if (fault < 0.8) {
      send(exchange, 200, fault < 0.7 ? "{\"choices\": [" : "{\"choices\": []}");
    } else {
      if (fault < 1) {
        pause();
      }
      send(exchange, 200, completion(request));
      sent.computeIfAbsent(key, unused -> new AtomicInteger()).incrementAndGet();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(300);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Of the picture alone. */
  private static String point(JsonNode request) {
    int hash =
        Hashing.murmur3_32_fixed()
            .hashString(request.get("messages").toString(), StandardCharsets.UTF_8)
            .asInt();
    return String.format(
        Locale.ROOT,
        "I would say <answer>lat: %.2f, lon: %.2f</answer>",
        hash % 9000 / 100.0,
        hash % 17_000 / 100.0);
  }

  private String completion(JsonNode request) {
    ObjectNode body = JSON.createObjectNode();
    body.putArray("choices")
        .addObject()
        .put("finish_reason", "stop")
        .putObject("message")
        .put("content", model.apply(request));
    body.putObject("usage").put("prompt_tokens", 1200).put("completion_tokens", 300);
    return body.toString();
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private static void cut(HttpExchange exchange, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
    exchange.getResponseBody().flush();
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
