package io.geolocsft.ring;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port at which a rank waits for the rank before it. It is bound before the ranks tell each
 * other their addresses and closed when the ring is formed.
 */
public final class RingPort implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RingPort.class);

  /** Callers whose proof is awaited at a time; more are turned away. */
  private static final int MAX_CALLERS = 32;

  private static final int HANDSHAKE_MILLIS = 10_000;
  private static final int RETRY_MILLIS = 200;

  private final ServerSocketChannel server;

  /** Listens at a free port of an address of this machine. */
  public RingPort(InetAddress address) throws IOException {
    server = ServerSocketChannel.open();
    try {
      server.bind(new InetSocketAddress(address, 0));
    } catch (IOException e) {
      server.close();
      throw new RingException("Cannot listen on " + address, e);
    }
  }

  /** The port's number. */
  public int number() {
    return server.socket().getLocalPort();
  }

  /**
   * Forms the ring: connects to the next rank and waits for the one before.
   *
   * @param addresses of all ranks, in their order, two at least
   * @param timeout for the ring to form, and later for a rank to be heard of
   * @throws RingException if a neighbour is not there in time; the message names it
   */
  public AllReduce connect(
      int rank, List<InetSocketAddress> addresses, RingSecret secret, Duration timeout)
      throws IOException {
    int ranks = addresses.size();
    int next = (rank + 1) % ranks;
    int previous = Math.floorMod(rank - 1, ranks);
    long deadline = System.nanoTime() + timeout.toNanos();
    Handshake handshake = new Handshake(secret, rank, ranks, HANDSHAKE_MILLIS);
    CompletableFuture<SocketChannel> before = new CompletableFuture<>();
    Thread acceptor = new Thread(() -> accept(handshake, previous, before), "ring-accept");
    acceptor.setDaemon(true);
    acceptor.start();
    SocketChannel after = null;
    try {
      after = reach(addresses.get(next), next, handshake, deadline);
      SocketChannel from = await(before, previous, addresses.get(previous), deadline);
      return new RingAllReduce(
          rank, ranks, new RingLink(from, previous), new RingLink(after, next), timeout);
    } catch (IOException | RuntimeException e) {
      before.cancel(false);
      closeQuietly(after);
      throw e;
    } finally {
      close();
    }
  }

  private static SocketChannel reach(
      InetSocketAddress address, int next, Handshake handshake, long deadline) throws IOException {
    while (true) {
      SocketChannel channel = SocketChannel.open();
      try {
        channel.socket().connect(address, HANDSHAKE_MILLIS);
        handshake.connect(channel.socket(), next);
        return channel;
      } catch (IOException e) {
        channel.close();
        if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS) > deadline) {
          throw new RingException(
              String.format(Locale.ROOT, "Rank %d at %s cannot be reached", next, address), e);
        }
        pause();
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RingException("The forming of the ring was interrupted", e);
    }
  }

  private static SocketChannel await(
      CompletableFuture<SocketChannel> before, int previous, InetSocketAddress from, long deadline)
      throws IOException {
    try {
      return before.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new RingException(
          String.format(Locale.ROOT, "Rank %d at %s did not connect", previous, from), e);
    } catch (ExecutionException e) {
      throw new RingException(
          String.format(Locale.ROOT, "Waiting for rank %d failed", previous), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RingException("The forming of the ring was interrupted", e);
    }
  }

  /** Takes calls until one proves to be the rank before, or the port is closed. */
  private void accept(Handshake handshake, int previous, CompletableFuture<SocketChannel> before) {
    Semaphore callers = new Semaphore(MAX_CALLERS);
    while (!before.isDone()) {
      try {
        SocketChannel caller = server.accept();
        if (!callers.tryAcquire()) {
          closeQuietly(caller);
          continue;
        }
        Thread check =
            new Thread(
                () -> {
                  check(caller, handshake, previous, before);
                  callers.release();
                },
                "ring-handshake");
        check.setDaemon(true);
        check.start();
      } catch (IOException e) {
        before.completeExceptionally(e);
      }
    }
  }

  private static void check(
      SocketChannel caller,
      Handshake handshake,
      int previous,
      CompletableFuture<SocketChannel> before) {
    Socket socket = caller.socket();
    try {
      handshake.accept(socket, previous);
      if (!before.complete(caller)) {
        closeQuietly(caller);
      }
    } catch (IOException e) {
      String why = e instanceof SocketTimeoutException ? "authentication timed out" : e.toString();
      LOG.warn("Rejected {}: {}", socket.getRemoteSocketAddress(), why);
      closeQuietly(caller);
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        LOG.debug("Closing {} failed", channel, e);
      }
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      LOG.debug("Closing the ring's port failed", e);
    }
  }
}
