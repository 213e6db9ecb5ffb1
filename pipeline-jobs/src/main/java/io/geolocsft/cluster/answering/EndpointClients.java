package io.geolocsft.cluster.answering;

import io.geolocsft.endpoint.EndpointClient;
import io.geolocsft.endpoint.EndpointReply;
import io.geolocsft.endpoint.EndpointRequest;
import io.geolocsft.endpoint.EndpointSettings;
import io.geolocsft.endpoint.UnusableEndpointException;
import io.geolocsft.failure.ConfigException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** The clients of this JVM: tasks that ask one server keep one pace. */
public final class EndpointClients {

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
   * @param section of the settings, for messages
   * @throws ConfigException if the settings are at fault, so that no request can succeed
   */
  public static EndpointReply ask(String section, EndpointSettings server, EndpointRequest request)
      throws IOException {
    return reply(section, server, client -> client.ask(request));
  }

  /**
   * Lets one task ask the server for its models: whether it is there and takes the key.
   *
   * @param section of the settings, for messages
   * @throws ConfigException if address or key are wrong
   */
  public static void check(SparkSession spark, String section, EndpointSettings server) {
    JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(List.of(server), 1)
        .flatMap(one -> problem(section, one).stream().iterator())
        .collect()
        .forEach(
            problem -> {
              throw new ConfigException(problem);
            });
  }

  /** Why a server cannot be asked, without an exception that a task would be tried again for. */
  private static Optional<String> problem(String section, EndpointSettings server)
      throws IOException {
    try {
      reply(section, server, EndpointClient::models);
      return Optional.empty();
    } catch (ConfigException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static <T> T reply(String section, EndpointSettings settings, Question<T> question)
      throws IOException {
    try {
      return question.ask(client(settings));
    } catch (UnusableEndpointException e) {
      forget(settings);
      throw new ConfigException(section + ": " + e.getMessage());
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
