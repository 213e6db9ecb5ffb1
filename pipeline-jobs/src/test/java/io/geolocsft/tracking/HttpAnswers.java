package io.geolocsft.tracking;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * An HTTP server on loopback that keeps every connection open until its client closes it, and knows
 * whether it did.
 */
final class HttpAnswers implements AutoCloseable {

  private static final long LIMIT_MILLIS = 5_000;

  private final int status;
  private final UnaryOperator<String> answers;
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Connection> connections = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  /**
   * @param status of every answer
   * @param answers JSON for a path
   */
  HttpAnswers(int status, UnaryOperator<String> answers) throws IOException {
    this.status = status;
    this.answers = answers;
    daemon(this::accept).start();
  }

  private record Connection(Socket socket, Thread thread) {}

  String uri() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  /** Paths with what was sent to them. */
  List<String> requests() {
    return requests;
  }

  int connections() {
    return connections.size();
  }

  /** Whether the client has closed all connections, or does within seconds. */
  boolean areAllClosed() throws InterruptedException {
    for (Connection connection : connections) {
      connection.thread().join(LIMIT_MILLIS);
      if (connection.thread().isAlive()) {
        return false;
      }
    }
    return true;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "http answers");
    thread.setDaemon(true);
    return thread;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread thread = daemon(() -> serve(socket));
        connections.add(new Connection(socket, thread));
        thread.start();
      } catch (IOException e) {
        return; // It was closed.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      for (String head = head(in); !head.isEmpty(); head = head(in)) {
        String path = head.split(" ", 3)[1];
        requests.add(path + " " + body(head, in));
        answer(socket.getOutputStream(), answers.apply(path));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Up to the empty line; empty where the client has closed the connection. */
  private static String head(DataInputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static String body(String head, DataInputStream in) throws IOException {
    int length =
        head.lines()
            .map(line -> line.toLowerCase(Locale.ROOT))
            .filter(line -> line.startsWith("content-length:"))
            .mapToInt(line -> Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
            .findFirst()
            .orElse(0);
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private void answer(OutputStream out, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    String head =
        String.format(
            Locale.ROOT,
            "HTTP/1.1 %d -\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
            status,
            body.length);
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Connection connection : connections) {
      connection.socket().close();
    }
  }
}
