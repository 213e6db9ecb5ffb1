package io.geolocsft.ring;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Rings whose ranks are threads of one process; the connections are real. */
final class ThreadRing implements AutoCloseable {

  static final RingSecret SECRET = new RingSecret(new byte[32], "this attempt");

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final int PATIENCE_SECONDS = 30;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<RingPort> ports = new ArrayList<>();

  /** What one rank does with its ring. */
  interface Work<T> {
    T on(AllReduce ring) throws IOException;
  }

  ExecutorService threads() {
    return threads;
  }

  /** A port of the ring that listens. */
  RingPort port(int rank) {
    return ports.get(rank);
  }

  /** Opens the ports of a new ring. */
  List<InetSocketAddress> listen(int ranks) throws IOException {
    ports.clear();
    for (int rank = 0; rank < ranks; rank++) {
      ports.add(new RingPort(LOOPBACK));
    }
    return ports.stream().map(port -> new InetSocketAddress(LOOPBACK, port.number())).toList();
  }

  Future<AllReduce> connect(
      int rank, List<InetSocketAddress> addresses, RingSecret secret, Duration timeout) {
    RingPort port = ports.get(rank);
    return threads.submit(() -> port.connect(rank, addresses, secret, timeout));
  }

  /** Forms a ring and works on every rank. */
  <T> List<Future<T>> start(int ranks, Duration timeout, Work<T> work) throws IOException {
    List<InetSocketAddress> addresses = listen(ranks);
    List<Future<T>> results = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      Future<AllReduce> connected = connect(rank, addresses, SECRET, timeout);
      results.add(
          threads.submit(
              () -> {
                try (AllReduce ring = connected.get()) {
                  return work.on(ring);
                }
              }));
    }
    return results;
  }

  /** The results of all ranks, in their order. */
  static <T> List<T> results(List<Future<T>> futures) throws Exception {
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(future.get());
    }
    return results;
  }

  @Override
  public void close() throws InterruptedException {
    ports.forEach(RingPort::close);
    threads.shutdownNow();
    if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("A rank goes on for ever");
    }
  }
}
