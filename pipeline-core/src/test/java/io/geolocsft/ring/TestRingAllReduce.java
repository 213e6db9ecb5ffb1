package io.geolocsft.ring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.common.base.Throwables;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class TestRingAllReduce {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final RingSecret WRONG = new RingSecret("another sixteen!".getBytes(UTF_8), "1");

  private final ThreadRing ranks = new ThreadRing();

  @AfterEach
  void stop() throws InterruptedException {
    ranks.close();
  }

  @ParameterizedTest
  @CsvSource({"2, 0", "2, 1", "3, 2", "4, 1000003", "3, 65537", "2, 300000", "5, 7"})
  void everyRankHasTheSum(int count, int length) throws Exception {
    List<float[]> given = IntStream.range(0, count).mapToObj(r -> random(r, length)).toList();
    for (WireType wire : WireType.values()) {
      List<float[]> sums = all(count, ring -> sum(ring, given.get(ring.rank()), wire));
      for (float[] sum : sums) {
        assertThat(sum).as("all ranks have the same bits").isEqualTo(sums.get(0));
      }
      double tolerance = wire == WireType.FLOAT32 ? 1e-6 : count * Math.scalb(1.0, -8);
      for (int i = 0; i < length; i++) {
        double exact = 0;
        double size = 0;
        for (float[] own : given) {
          exact += own[i];
          size += Math.abs(own[i]);
        }
        assertThat((double) sums.get(0)[i]).isCloseTo(exact, within(tolerance * size));
      }
    }
  }

  @Test
  void oneRingServesManySumsOfAllLengths() throws Exception {
    List<Float> totals =
        all(
            3,
            ring -> {
              float total = 0;
              for (int length = 0; length < 400; length++) {
                float[] vector = new float[length];
                Arrays.fill(vector, ring.rank() + 1);
                ring.sum(vector, WireType.FLOAT32);
                for (float value : vector) {
                  total += value;
                }
              }
              return total;
            });
    assertThat(totals).containsOnly(6f * 400 * 399 / 2).hasSize(3);
  }

  @Test
  void whatIsNoNumberStaysNone() throws Exception {
    float[] given = {Float.NaN, Float.POSITIVE_INFINITY, -0f, Float.intBitsToFloat(0x7f800001)};
    for (WireType wire : WireType.values()) {
      float[] sum = all(2, ring -> sum(ring, given, wire)).get(1);
      assertThat(sum).containsExactly(Float.NaN, Float.POSITIVE_INFINITY, -0f, Float.NaN);
    }
  }

  @Test
  void everyRankNamesTheOneThatStandsStill() throws Exception {
    List<Future<Void>> outcomes =
        ranks.start(
            4,
            Duration.ofSeconds(2),
            ring -> {
              if (ring.rank() == 2) {
                sleep(6);
              } else {
                ring.sum(new float[100], WireType.FLOAT32);
              }
              return null;
            });
    for (int rank : new int[] {0, 1, 3}) {
      assertThatThrownBy(() -> outcomes.get(rank).get())
          .rootCause()
          .isInstanceOf(RingException.class)
          .hasMessageStartingWith("Rank 2 kept the others waiting longer than 2 s");
    }
  }

  @Test
  void aRankThatIsSlowButInTimeIsWaitedFor() throws Exception {
    List<float[]> sums =
        ThreadRing.results(
            ranks.start(
                3,
                Duration.ofSeconds(4),
                ring -> {
                  if (ring.rank() == 1) {
                    sleep(2);
                  }
                  return sum(ring, new float[] {1}, WireType.FLOAT32);
                }));
    assertThat(sums).allMatch(sum -> sum[0] == 3);
  }

  @Test
  void everyRankLearnsWhyOneStopped() throws Exception {
    List<Future<float[]>> outcomes =
        ranks.start(
            4,
            LONG,
            ring -> {
              // Long enough that the others are in the midst of sending.
              float[] vector = new float[3_000_000];
              if (ring.rank() == 3) {
                ring.stop("the loss is NaN — image ä1");
                return null;
              }
              return sum(ring, vector, WireType.FLOAT32);
            });
    for (int rank = 0; rank < 3; rank++) {
      Future<float[]> outcome = outcomes.get(rank);
      assertThatThrownBy(outcome::get)
          .cause()
          .isInstanceOfSatisfying(
              StoppedRunException.class,
              stopped -> {
                assertThat(stopped.rank()).isEqualTo(3);
                assertThat(stopped.reason()).isEqualTo("the loss is NaN — image ä1");
              });
    }
    assertThat(outcomes.get(3).get()).isNull();
  }

  @Test
  void aConnectionThatIsCutEndsTheSumOfAll() throws Exception {
    List<Future<float[]>> outcomes =
        ranks.start(
            3,
            LONG,
            ring -> {
              if (ring.rank() == 1) {
                ring.close();
                return null;
              }
              return sum(ring, new float[5_000_000], WireType.FLOAT32);
            });
    for (int rank : new int[] {0, 2}) {
      Future<float[]> outcome = outcomes.get(rank);
      assertThatThrownBy(outcome::get)
          .cause()
          .isInstanceOf(RingException.class)
          .hasMessageContaining("ank 1");
    }
  }

  @Test
  void vectorsOfTwoLengthsAreRefused() throws Exception {
    List<Future<float[]>> outcomes =
        ranks.start(2, LONG, ring -> sum(ring, new float[10 + 2 * ring.rank()], WireType.FLOAT32));
    assertThat(outcomes)
        .anySatisfy(
            outcome ->
                assertThatThrownBy(outcome::get)
                    .rootCause()
                    .hasMessageContaining("its vector or settings differ"));
  }

  @Test
  void strangersAreTurnedAwayAndTheRingForms() throws Exception {
    List<InetSocketAddress> addresses = ranks.listen(2);
    Future<AllReduce> first = ranks.connect(0, addresses, ThreadRing.SECRET, LONG);
    try (Socket silent = call(addresses.get(0));
        Socket garbage = call(addresses.get(0));
        Socket ignorant = call(addresses.get(0));
        Socket late = call(addresses.get(0))) {
      garbage.getOutputStream().write(new byte[100_000]);
      assertThat(answerOf(garbage)).as("garbage is answered by nothing").isEqualTo(-1);
      assertThatThrownBy(() -> new Handshake(WRONG, 1, 2, 5000).connect(ignorant, 0))
          .hasMessageContaining("does not know the run's secret");
      RingSecret earlier = new RingSecret(new byte[32], "the attempt before");
      assertThatThrownBy(() -> new Handshake(earlier, 1, 2, 5000).connect(late, 0))
          .hasMessageContaining("does not know the run's secret");
      Future<AllReduce> second = ranks.connect(1, addresses, ThreadRing.SECRET, LONG);
      Future<float[]> sum =
          ranks.threads().submit(() -> sum(first.get(), new float[] {1}, WireType.FLOAT32));
      assertThat(sum(second.get(), new float[] {2}, WireType.FLOAT32)).containsExactly(3);
      assertThat(sum.get()).containsExactly(3);
      assertThat(silent.isConnected()).isTrue();
    }
  }

  @Test
  void aRankWithAWrongSecretIsNamed() throws Exception {
    List<InetSocketAddress> addresses = ranks.listen(2);
    Duration brief = Duration.ofSeconds(1);
    Future<AllReduce> first = ranks.connect(0, addresses, ThreadRing.SECRET, brief);
    Future<AllReduce> second = ranks.connect(1, addresses, WRONG, brief);
    Throwable atFirst = catchThrowable(first::get);
    Throwable atSecond = catchThrowable(second::get);
    assertThat(atFirst).hasMessageContaining("Rank 1");
    assertThat(atSecond).hasMessageContaining("Rank 0");
    // Who finds out first closes its port, which may be all that the other sees.
    assertThat(List.of(Throwables.getRootCause(atFirst), Throwables.getRootCause(atSecond)))
        .extracting(Throwable::getMessage)
        .anyMatch(message -> message.contains("secret"));
  }

  @Test
  void aMissingRankIsNamed() throws Exception {
    List<InetSocketAddress> addresses = ranks.listen(3);
    ranks.port(1).close();
    Duration brief = Duration.ofSeconds(1);
    Future<AllReduce> first = ranks.connect(0, addresses, ThreadRing.SECRET, brief);
    Future<AllReduce> last = ranks.connect(2, addresses, ThreadRing.SECRET, brief);
    assertThatThrownBy(first::get)
        .hasMessageContaining("Rank 1 at")
        .hasMessageContaining("reached");
    assertThatThrownBy(last::get).hasMessageContaining("Rank 1 at").hasMessageContaining("connect");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1073741824",
    "1, 0, -1",
    "7, 0, 0",
    "-1, 0, 0",
    "2, 5, 0",
    "3, -1, 0",
    "1, 1, 4",
    "0, 0, 0"
  })
  void framesThatTheRingDoesNotKnowEndIt(int kind, int number, int length) throws Exception {
    List<InetSocketAddress> addresses = ranks.listen(2);
    Future<AllReduce> honest = ranks.connect(0, addresses, ThreadRing.SECRET, LONG);
    // Knows the secret, and still sends nonsense.
    try (SocketChannel broken = SocketChannel.open(addresses.get(0))) {
      new Handshake(ThreadRing.SECRET, 1, 2, 5000).connect(broken.socket(), 0);
      RingPort port = ranks.port(1);
      Future<AllReduce> other =
          ranks.threads().submit(() -> port.connect(1, addresses, ThreadRing.SECRET, LONG));
      AllReduce ring = honest.get();
      java.nio.ByteBuffer frame = java.nio.ByteBuffer.allocate(64);
      frame.putInt(kind).putInt(number).putInt(length);
      broken.write(frame.rewind());
      assertThatThrownBy(() -> ring.sum(new float[2], WireType.FLOAT32))
          .isInstanceOf(RingException.class)
          .hasMessageMatching("Rank 1 (sent|speaks).*");
      ring.close();
      other.cancel(true);
    }
  }

  private static int answerOf(Socket socket) throws IOException {
    socket.setSoTimeout(5000);
    try {
      return socket.getInputStream().read();
    } catch (java.net.SocketException e) {
      return -1;
    }
  }

  private static Socket call(InetSocketAddress address) throws IOException {
    return new Socket(address.getAddress(), address.getPort());
  }

  private static float[] sum(AllReduce ring, float[] vector, WireType wire) throws IOException {
    float[] own = vector.clone();
    ring.sum(own, wire);
    return own;
  }

  private static float[] random(int seed, int length) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    return values;
  }

  private static org.assertj.core.data.Offset<Double> within(double tolerance) {
    return org.assertj.core.data.Offset.offset(tolerance);
  }

  private static void sleep(int seconds) {
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private <T> List<T> all(int count, ThreadRing.Work<T> work) throws Exception {
    return ThreadRing.results(ranks.start(count, LONG, work));
  }
}
