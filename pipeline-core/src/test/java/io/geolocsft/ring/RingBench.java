package io.geolocsft.ring;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;

/**
 * How fast the ring sums on this machine's loopback, against what plain socket streams move over it
 * in the same run, and what that means for a step of the 12B recipe.
 */
final class RingBench {

  private static final int[] MEGABYTES = {1, 4, 16, 64, 256};
  private static final int[] RANKS = {2, 4};
  private static final int FEWEST_ROUNDS = 7;
  private static final int MOST_ROUNDS = 41;
  private static final int WARM_UP_ROUNDS = 3;
  private static final int COMPILING_ROUNDS = 10;
  private static final long STREAM_BYTES = 4L << 30;
  private static final int STREAM_CHUNK = 1 << 18;
  private static final double MB = 1 << 20;

  // Gemma 3 12B (its config.json) under the recipe of conf/geolocsft-12b.yaml.
  private static final double PARAMETERS = 11.8e9;
  private static final int LAYERS = 48;
  private static final int LORA_RANK = 16;
  private static final int HIDDEN = 3840;
  private static final int HEADS = 16 * 256;
  private static final int KEYS = 8 * 256;
  private static final int INTERMEDIATE = 15_360;
  private static final int ROWS_PER_GPU = 2;
  private static final int TOKENS_PER_ROW = 600;

  /** Assumed, not measured: of an H100's 989 TFLOP/s in bfloat16. */
  private static final double FLOPS_PER_SECOND = 0.4 * 989e12;

  private final ThreadRing threads = new ThreadRing();

  private RingBench() {}

  public static void main(String[] arguments) throws Exception {
    RingBench bench = new RingBench();
    try (ThreadRing threads = bench.threads) {
      bench.run();
    }
  }

  private void run() throws Exception {
    double latency = 0;
    double bytesPerSecond = Double.MAX_VALUE;
    for (WireType wire : WireType.values()) {
      // Whatever is measured first would be measured while it is being compiled.
      for (int time = 0; time < COMPILING_ROUNDS; time++) {
        sums(2, 16, wire);
      }
    }
    for (int ranks : RANKS) {
      print("%d ranks", ranks);
      print(
          "%8s %8s %10s %10s %12s %14s %9s",
          "wire", "MB", "ms", "spread", "MB/s in all", "plain streams", "of them");
      for (WireType wire : WireType.values()) {
        for (int megabytes : MEGABYTES) {
          double limit = Math.max(streams(1, megabytes), streams(ranks, megabytes));
          double[] seconds = sums(ranks, megabytes, wire);
          double median = seconds[seconds.length / 2];
          double spread = seconds[seconds.length - 1] / seconds[0];
          double moved = 2.0 * (ranks - 1) * wire.bytes(megabytes << 18);
          double rate = moved / median;
          print(
              "%8s %8d %10.2f %10.2f %,12.0f %,14.0f %8.0f%%",
              wire, megabytes, 1e3 * median, spread, rate / MB, limit / MB, 100 * rate / limit);
          if (wire == WireType.FLOAT32 && megabytes == MEGABYTES[MEGABYTES.length - 1]) {
            bytesPerSecond = Math.min(bytesPerSecond, rate / ranks);
          }
        }
      }
      latency = Math.max(latency, small(ranks));
    }
    simulate(latency, bytesPerSecond);
  }

  /** A sum of a millisecond differs more from the next one than a longer one does. */
  private static int rounds(int megabytes) {
    return Math.max(FEWEST_ROUNDS, MOST_ROUNDS / megabytes);
  }

  /** Seconds of each sum, sorted. */
  private double[] sums(int ranks, int megabytes, WireType wire) throws Exception {
    int length = megabytes << 18;
    return slowest(
        ring(
            ranks,
            ring -> {
              float[] vector = new float[length];
              Arrays.fill(vector, 1e-3f);
              return times(ring, vector, wire, rounds(megabytes));
            }));
  }

  /** Seconds that one message between neighbours takes, from sums of a single value. */
  private double small(int ranks) throws Exception {
    double[] seconds =
        slowest(ring(ranks, ring -> times(ring, new float[1], WireType.FLOAT32, MOST_ROUNDS)));
    return seconds[seconds.length / 2] / (2 * (ranks - 1));
  }

  private static double[] times(AllReduce ring, float[] vector, WireType wire, int rounds)
      throws IOException {
    double[] seconds = new double[rounds];
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      ring.sum(new float[1], WireType.FLOAT32);
      long begin = System.nanoTime();
      ring.sum(vector, wire);
      if (round >= 0) {
        seconds[round] = (System.nanoTime() - begin) / 1e9;
      }
    }
    return seconds;
  }

  private static double[] slowest(List<double[]> ofRanks) {
    double[] slowest = new double[ofRanks.get(0).length];
    for (double[] seconds : ofRanks) {
      Arrays.setAll(slowest, i -> Math.max(slowest[i], seconds[i]));
    }
    Arrays.sort(slowest);
    return slowest;
  }

  private <T> List<T> ring(int ranks, ThreadRing.Work<T> work) throws Exception {
    return ThreadRing.results(threads.start(ranks, Duration.ofSeconds(60), work));
  }

  /**
   * Bytes a second that so many streams move together, each with a sender and a receiver, from a
   * vector in memory to another.
   */
  private double streams(int count, int megabytes) throws Exception {
    int length = megabytes << 20;
    long times = Math.max(1, STREAM_BYTES / count / length);
    List<Callable<Void>> ends = new ArrayList<>();
    for (int stream = 0; stream < count; stream++) {
      ServerSocketChannel server =
          ServerSocketChannel.open()
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      ByteBuffer from = touched(length);
      ByteBuffer to = touched(length);
      ends.add(() -> receive(server, to));
      ends.add(() -> send(server, from, times));
    }
    long begin = System.nanoTime();
    for (Future<Void> end : threads.threads().invokeAll(ends)) {
      end.get();
    }
    return (double) count * times * length / ((System.nanoTime() - begin) / 1e9);
  }

  /** Memory that is really there. */
  private static ByteBuffer touched(int length) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(length);
    while (buffer.remaining() >= Long.BYTES) {
      buffer.putLong(buffer.position());
    }
    return buffer;
  }

  private static Void receive(ServerSocketChannel server, ByteBuffer vector) throws IOException {
    try (server;
        SocketChannel channel = server.accept()) {
      vector.clear();
      while (channel.read(vector) >= 0) {
        if (!vector.hasRemaining()) {
          vector.clear();
        }
      }
    }
    return null;
  }

  private static Void send(ServerSocketChannel server, ByteBuffer vector, long times)
      throws IOException {
    try (SocketChannel channel = SocketChannel.open(server.getLocalAddress())) {
      for (long time = 0; time < times; time++) {
        for (int begin = 0; begin < vector.capacity(); begin += STREAM_CHUNK) {
          vector.limit(Math.min(vector.capacity(), begin + STREAM_CHUNK)).position(begin);
          while (vector.hasRemaining()) {
            channel.write(vector);
          }
        }
      }
    }
    return null;
  }

  /**
   * @param latency of a message, s
   * @param hostBytes that one rank sends a second at most, by this machine's ring
   */
  private static void simulate(double latency, double hostBytes) {
    double trained =
        (double) LAYERS
            * LORA_RANK
            * (2 * (HIDDEN + HEADS) + 2 * (HIDDEN + KEYS) + 3 * (HIDDEN + INTERMEDIATE));
    double gradient = trained * Float.BYTES;
    // Forward, forward again under gradient checkpointing, and the gradients of activations.
    double compute = 6 * PARAMETERS * ROWS_PER_GPU * TOKENS_PER_ROW / FLOPS_PER_SECOND;
    print("");
    print(
        "By calculation, not measured: a step of the 12B recipe, %d rows of %d tokens a GPU (%.2f s at 40 %% of an H100's peak), %.0f MB of float32 gradients, %.0f us a message and %,.0f MB/s a host at most as measured here",
        ROWS_PER_GPU, TOKENS_PER_ROW, compute, gradient / MB, 1e6 * latency, hostBytes / MB);
    print("%5s %22s %22s %22s", "GPUs", "10 Gbit/s", "25 Gbit/s", "100 Gbit/s");
    for (int gpus = 1; gpus <= 64; gpus *= 2) {
      StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%5d", gpus));
      for (double gigabits : new double[] {10, 25, 100}) {
        double rate = Math.min(hostBytes, gigabits * 1e9 / 8);
        double reduce = gpus == 1 ? 0 : 2.0 * (gpus - 1) * (latency + gradient / gpus / rate);
        double step = compute + reduce;
        line.append(String.format(Locale.ROOT, "%12.2f s %6.0f %%", step, 100 * compute / step));
      }
      print("%s", line);
    }
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
