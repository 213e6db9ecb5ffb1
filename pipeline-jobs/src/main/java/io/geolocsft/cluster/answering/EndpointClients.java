package io.geolocsft.cluster.answering;

import io.geolocsft.config.EndpointSection;
import io.geolocsft.endpoint.EndpointClient;
import io.geolocsft.endpoint.EndpointReply;
import io.geolocsft.endpoint.EndpointRequest;
import io.geolocsft.endpoint.EndpointSettings;
import io.geolocsft.endpoint.UnusableEndpointException;
import io.geolocsft.failure.ConfigException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The clients of this JVM: tasks that ask one server keep one pace. */
final class EndpointClients {

  private static final Map<EndpointSettings, EndpointClient> CLIENTS = new HashMap<>();

  /** What is asked of a client. */
  @FunctionalInterface
  private interface Question<T> {
    T ask(EndpointClient client) throws IOException;
  }

  private EndpointClients() {}

  /**
   * Asks a server.
   *
   * @throws ConfigException if the settings are at fault, so that no request can succeed
   */
  static EndpointReply ask(EndpointSection server, EndpointRequest request) throws IOException {
    return ask(server.settings(), client -> client.ask(request));
  }

  /** Why a server cannot be asked, without an exception that a task would be tried again for. */
  static Optional<String> problem(EndpointSection server) throws IOException {
    try {
      ask(server.settings(), EndpointClient::models);
      return Optional.empty();
    } catch (ConfigException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static <T> T ask(EndpointSettings settings, Question<T> question) throws IOException {
    try {
      return question.ask(client(settings));
    } catch (UnusableEndpointException e) {
      forget(settings);
      throw new ConfigException("infer.endpoint: " + e.getMessage());
    }
  }

  private static EndpointClient client(EndpointSettings settings) throws UnusableEndpointException {
    synchronized (CLIENTS) {
      EndpointClient client = CLIENTS.get(settings);
      if (client == null) {
        client = EndpointClient.open(settings);
        CLIENTS.put(settings, client);
      }
      return client;
    }
  }

  /** The next run in this JVM may find a key. */
  private static void forget(EndpointSettings settings) {
    synchronized (CLIENTS) {
      CLIENTS.remove(settings);
    }
  }
}
