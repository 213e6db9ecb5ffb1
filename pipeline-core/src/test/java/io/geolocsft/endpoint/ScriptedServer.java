package io.geolocsft.endpoint;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP server on loopback that can do what no proper one does. */
final class ScriptedServer implements AutoCloseable {

  /** What a client sent; names of headers in small letters. */
  record Request(String method, String path, Map<String, String> headers, String body) {}

  /** What is done with a request. */
  @FunctionalInterface
  interface Script {
    void answer(Request request, Line line) throws Exception;
  }

  private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
  private final Script script;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  ScriptedServer(Script script) throws IOException {
    this.script = script;
    daemon(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  List<Request> requests() {
    return requests;
  }

  /** The way back to a client. */
  static final class Line {
    private final Socket socket;
    private boolean open = true;

    private Line(Socket socket) {
      this.socket = socket;
    }

    /** A proper answer. */
    void json(int status, String body, String... headers) throws IOException {
      send("application/json", status, body, headers);
    }

    void send(String type, int status, String body, String... headers) throws IOException {
      int length = body.getBytes(StandardCharsets.UTF_8).length;
      raw(head(status, length, "Content-Type: " + type, headers) + body);
    }

    /** An answer whose end is missing. */
    void cut(String body) throws IOException {
      raw(head(200, body.length() + 10, "Content-Type: application/json") + body);
      hangUp();
    }

    void raw(String text) throws IOException {
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    void hangUp() {
      open = false;
    }

    /** Says nothing more until the client has hung up. */
    void stall() throws IOException {
      open = false;
      while (socket.getInputStream().read() >= 0) {
        // What else it says is of no interest.
      }
    }

    /** Sends a body drop by drop until the client has hung up. */
    void trickle() throws IOException, InterruptedException {
      open = false;
      raw(head(200, 1 << 20, "Content-Type: application/json"));
      while (true) {
        raw(" ");
        Thread.sleep(10);
      }
    }

    private static String head(int status, int length, String type, String... headers) {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Some\r\n" + type + "\r\n");
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      return head.append("Content-Length: ").append(length).append("\r\n\r\n").toString();
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "scripted server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        if (server.isClosed()) {
          socket.close(); // A blocked accept may still take one connection after close.
          return;
        }
        daemon(() -> serve(socket));
      } catch (IOException e) {
        return; // It was closed.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      Line line = new Line(socket);
      for (String first = line(in); line.open && !first.isEmpty(); first = line(in)) {
        Request request = request(first, in);
        requests.add(request);
        script.answer(request, line);
        if (!line.open) {
          return;
        }
      }
    } catch (Exception e) {
      // The client has gone.
    }
  }

  private static Request request(String first, DataInputStream in) throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    String[] words = first.split(" ");
    return new Request(words[0], words[1], headers, new String(body, StandardCharsets.UTF_8));
  }

  private static String line(DataInputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
