package io.geolocsft.cli;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The TCP sockets of another process, from Linux' {@code /proc}.
 *
 * @param ofProcess its id
 */
public record ProcessSockets(long ofProcess) {

  private static final String LISTENS = "0A";
  private static final String CONNECTED = "01";

  // Numbers of system calls on x86-64 and arm64 alike.
  private static final long PIDFD_OPEN = 434;
  private static final long PIDFD_GETFD = 438;
  private static final int SHUT_RDWR = 2;

  /** The C library, for what Java has no words for. */
  interface C extends Library {
    C LIBRARY = Native.load("c", C.class);

    long syscall(long number, Object... arguments);

    int shutdown(int descriptor, int how);

    int close(int descriptor);
  }

  /** One socket. */
  record Socket(int descriptor, int localPort, int remotePort, String state) {
    boolean listens() {
      return state.equals(LISTENS);
    }

    boolean isConnected() {
      return state.equals(CONNECTED);
    }
  }

  List<Socket> all() throws IOException {
    Map<String, Integer> descriptors = descriptors();
    try (Stream<String> lines =
        Stream.of("tcp", "tcp6").flatMap(table -> lines(table).stream().skip(1))) {
      return lines
          .map(line -> line.trim().split("\\s+"))
          .filter(columns -> descriptors.containsKey(columns[9]))
          .map(
              columns ->
                  new Socket(
                      descriptors.get(columns[9]), port(columns[1]), port(columns[2]), columns[3]))
          .toList();
    }
  }

  private List<String> lines(String table) {
    try {
      return Files.readAllLines(Path.of("/proc", "" + ofProcess, "net", table));
    } catch (IOException e) {
      return List.of();
    }
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
  }

  /** File descriptors by the inode of the socket that each is. */
  private Map<String, Integer> descriptors() throws IOException {
    Map<String, Integer> found = new HashMap<>();
    try (Stream<Path> entries = Files.list(Path.of("/proc", "" + ofProcess, "fd"))) {
      for (Path entry : entries.toList()) {
        try {
          String target = Files.readSymbolicLink(entry).toString();
          if (target.startsWith("socket:[")) {
            String inode = target.substring("socket:[".length(), target.length() - 1);
            found.put(inode, Integer.parseInt(entry.getFileName().toString()));
          }
        } catch (NoSuchFileException e) {
          // It was closed in the meantime.
          continue;
        }
      }
    }
    return found;
  }

  /** Cuts a connection as a broken cable would, without a word to the process. */
  void cut(Socket socket) throws IOException {
    long process = C.LIBRARY.syscall(PIDFD_OPEN, ofProcess, 0L);
    long copy = C.LIBRARY.syscall(PIDFD_GETFD, process, (long) socket.descriptor(), 0L);
    if (process < 0 || copy < 0) {
      throw new IOException(
          String.format(
              Locale.ROOT, "The system lets nobody take process %d's sockets", ofProcess));
    }
    C.LIBRARY.shutdown((int) copy, SHUT_RDWR);
    C.LIBRARY.close((int) copy);
    C.LIBRARY.close((int) process);
  }
}
