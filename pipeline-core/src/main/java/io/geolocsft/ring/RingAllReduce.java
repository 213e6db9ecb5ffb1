package io.geolocsft.ring;

import io.geolocsft.ring.RingSchedule.Part;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ring over TCP. One thread sends to the next rank and receives from the one before at the same
 * time. A rank that waits says so to the next one, with the rank that it waits for itself, so that
 * when time is up every rank names the one that stands still, not just its neighbour.
 */
final class RingAllReduce implements AllReduce {

  private static final int SPINS = 20;

  private static final Logger LOG = LoggerFactory.getLogger(RingAllReduce.class);
  private static final int SOCKET_BYTES = 1 << 20;

  /** How long a rank that leaves waits until the others have heard of it. */
  private static final Duration FAREWELL = Duration.ofSeconds(5);

  private final int rank;
  private final int ranks;
  private final RingLink in;
  private final RingLink out;
  private final Duration timeout;
  private final Selector selector;
  private final SelectionKey readable;
  private final SelectionKey writable;
  private final float[] addends = new float[RingLink.MAX_PAYLOAD / Float.BYTES];
  private final WireType.Scratch scratch = new WireType.Scratch(addends.length);

  /** The rank that the one before waits for, by its last sign of life. */
  private int culprit;

  RingAllReduce(int rank, int ranks, RingLink in, RingLink out, Duration timeout)
      throws IOException {
    this.rank = rank;
    this.ranks = ranks;
    this.in = in;
    this.out = out;
    this.timeout = timeout;
    selector = Selector.open();
    readable = register(in.channel(), SelectionKey.OP_READ);
    writable = register(out.channel(), 0);
    in.next();
  }

  private SelectionKey register(SocketChannel channel, int interest) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BYTES);
    channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BYTES);
    channel.configureBlocking(false);
    return channel.register(selector, interest);
  }

  @Override
  public int ranks() {
    return ranks;
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public void sum(float[] vector, WireType wire) throws IOException {
    Exchange exchange =
        new Exchange(RingSchedule.of(vector.length, rank, ranks, addends.length), vector, wire);
    Patience patience = new Patience(timeout);
    culprit = in.peer();
    try {
      int idle = 0;
      while (!exchange.isDone()) {
        if (exchange.move()) {
          patience.renew();
          idle = 0;
        } else if (idle++ < SPINS) {
          // A neighbour that is at it is heard of sooner than a sleep would end.
          Thread.onSpinWait();
        } else {
          await(patience, exchange);
        }
      }
    } catch (RingException e) {
      // Else the next rank would know no more than that this one is gone.
      tell(RingLink.BROKEN, rank, e.getMessage());
      throw e;
    }
  }

  private void await(Patience patience, Exchange exchange) throws IOException {
    int missing = exchange.isReceived() ? out.peer() : culprit;
    if (patience.isOver()) {
      throw new RingException(
          String.format(
              Locale.ROOT,
              "Rank %d kept the others waiting longer than %d s. It is frozen, cut off or far slower than the others: look at its log",
              missing,
              timeout.toSeconds()));
    }
    if (patience.isSignDue() && !out.isSending()) {
      out.begin(RingLink.WAITING, missing, 0);
    }
    writable.interestOps(out.isSending() ? SelectionKey.OP_WRITE : 0);
    sleepUntilReady(patience);
    if (Thread.currentThread().isInterrupted()) {
      throw new RingException(String.format(Locale.ROOT, "Rank %d was interrupted", rank));
    }
  }

  /** Until a socket is ready for what is wanted of it, or the next sign of life is due. */
  private void sleepUntilReady(Patience patience) throws IOException {
    selector.select(patience.millisToSign());
    selector.selectedKeys().clear();
  }

  /** Sends what the socket takes; whether it took anything. */
  private boolean flush() throws IOException {
    try {
      return out.flush();
    } catch (IOException e) {
      throw lost(out.peer(), e);
    }
  }

  private boolean fill() throws IOException {
    try {
      return in.fill();
    } catch (EOFException e) {
      throw new RingException(
          String.format(Locale.ROOT, "Rank %d closed its connection", in.peer()));
    } catch (RingException e) {
      throw e;
    } catch (IOException e) {
      throw lost(in.peer(), e);
    }
  }

  private static IOException lost(int peer, IOException cause) {
    return new RingException(
        String.format(Locale.ROOT, "The connection to rank %d broke", peer), cause);
  }

  /** Handles a frame that is not a chunk. */
  private void heed() throws IOException {
    int named = in.number();
    if (named < 0 || named >= ranks) {
      throw new RingException(
          String.format(Locale.ROOT, "Rank %d speaks of a rank %d", in.peer(), named));
    }
    if (in.kind() == RingLink.STOPPED) {
      String reason = in.text();
      tell(RingLink.STOPPED, named, reason);
      throw new StoppedRunException(named, reason);
    }
    if (in.kind() == RingLink.BROKEN) {
      throw new RingException(in.text());
    }
    // One that waits for this rank will soon have what it waits for.
    culprit = named == rank ? in.peer() : named;
    in.next();
  }

  @Override
  public void stop(String reason) {
    LOG.info("Rank {} stops the run: {}", rank, reason);
    tell(RingLink.STOPPED, rank, reason);
    Patience patience = new Patience(FAREWELL);
    try {
      // Whoever closed at once could lose what the next rank has not read.
      while (!patience.isOver()) {
        if (!fill()) {
          sleepUntilReady(patience);
        }
        if (in.isComplete()) {
          if (in.kind() == RingLink.STOPPED) {
            return;
          }
          in.next();
        }
      }
    } catch (IOException e) {
      LOG.debug("The ring is gone already", e);
    }
  }

  /** Sends the end of the run or ring on, as far as that is possible. */
  private void tell(int kind, int origin, String reason) {
    Patience patience = new Patience(FAREWELL);
    try {
      finishSending(patience);
      if (!out.isSending()) {
        out.begin(kind, origin, reason);
        finishSending(patience);
      }
    } catch (IOException e) {
      LOG.debug("Rank {} cannot be told: {}", out.peer(), reason, e);
    }
  }

  private void finishSending(Patience patience) throws IOException {
    while (out.isSending() && !patience.isOver()) {
      if (!out.flush()) {
        writable.interestOps(SelectionKey.OP_WRITE);
        readable.interestOps(0);
        sleepUntilReady(patience);
        readable.interestOps(SelectionKey.OP_READ);
      }
    }
  }

  @Override
  public void close() {
    try {
      in.channel().close();
      out.channel().close();
      selector.close();
    } catch (IOException e) {
      LOG.debug("Closing the ring failed", e);
    }
  }

  /** One sum under way. */
  private final class Exchange {

    private final RingSchedule schedule;
    private final float[] vector;
    private final WireType wire;
    private int sent;
    private int received;

    Exchange(RingSchedule schedule, float[] vector, WireType wire) {
      this.schedule = schedule;
      this.vector = vector;
      this.wire = wire;
    }

    boolean isReceived() {
      return received == schedule.total();
    }

    boolean isDone() {
      return isReceived() && sent == schedule.total() && !out.isSending();
    }

    /** Sends and receives what can be without waiting; whether some of a chunk moved. */
    boolean move() throws IOException {
      if (!out.isSending() && sent < schedule.sendable(received)) {
        Part part = schedule.sent(sent);
        wire.put(
            vector,
            part.begin(),
            part.count(),
            out.begin(RingLink.CHUNK, sent, wire.bytes(part.count())),
            scratch);
        sent++;
      }
      // Signs of life are not progress.
      boolean moved = flush() && out.kind() == RingLink.CHUNK;
      if (!isReceived()) {
        moved |= fill() && in.kind() == RingLink.CHUNK;
        if (in.isComplete()) {
          take();
        }
      }
      return moved;
    }

    private void take() throws IOException {
      if (in.kind() != RingLink.CHUNK) {
        heed();
        return;
      }
      Part part = schedule.received(received);
      if (in.number() != received || in.length() != wire.bytes(part.count())) {
        throw new RingException(
            String.format(
                Locale.ROOT,
                "Rank %d sent chunk %d of %d bytes instead of %d of %d: its vector or settings differ",
                in.peer(),
                in.number(),
                in.length(),
                received,
                wire.bytes(part.count())));
      }
      if (schedule.isAdded(received)) {
        wire.get(in.payload(), addends, 0, part.count(), scratch);
        add(part.begin(), part.count());
      } else {
        wire.get(in.payload(), vector, part.begin(), part.count(), scratch);
      }
      if (schedule.isLastAddition(received)) {
        wire.round(vector, part.begin(), part.count(), scratch);
      }
      received++;
      in.next();
    }

    private void add(int begin, int count) {
      for (int i = 0; i < count; i++) {
        vector[begin + i] += addends[i];
      }
    }
  }

  /** How long is still waited, and when the next sign of life is due. */
  private static final class Patience {

    private static final int SIGNS = 5;

    private final long nanos;
    private long deadline;
    private long nextSign;

    Patience(Duration timeout) {
      nanos = timeout.toNanos();
      renew();
    }

    void renew() {
      long now = System.nanoTime();
      deadline = now + nanos;
      nextSign = now + nanos / SIGNS;
    }

    boolean isOver() {
      return System.nanoTime() >= deadline;
    }

    /** Whether a sign is due now; the next one is due a while later. */
    boolean isSignDue() {
      long now = System.nanoTime();
      if (now < nextSign) {
        return false;
      }
      nextSign = now + nanos / SIGNS;
      return true;
    }

    long millisToSign() {
      return Math.max(1, (Math.min(nextSign, deadline) - System.nanoTime()) / 1_000_000);
    }
  }
}
