package io.geolocsft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gives a reader mutated files and holds it to its promise: each is read, or refused by an {@link
 * IOException} whose message names the place and is short enough to be read, soon and without
 * taking much memory. Anything else, an error of the JVM among it, fails the test with the seed.
 *
 * @param file that is mutated; a refusal must name it or its folder
 * @param fixedBytes what reading may allocate on the Java heap whatever the file's size
 * @param bytesPerByte what it may allocate besides for each byte of the file
 */
public record MutatedFiles(Path file, long fixedBytes, int bytesPerByte) {

  /** Buffers of the readers, and the tables that their classes make when they are first used. */
  public static final long READER_BYTES = 4 << 20;

  /** Of every mutation. */
  private static final long SEED = Long.getLong("geolocsft.mutations.seed", 20_260_104);

  /** Reading takes milliseconds; the rest is for a machine that is busy with other things. */
  private static final long DEADLINE_SECONDS = 20;

  private static final int LONGEST_MESSAGE = 4_000;

  /** Makes one case of a sound file. */
  public interface Mutation {
    byte[] of(byte[] sound, SplittableRandom random);
  }

  /** How the cases ended. */
  public record Tally(int read, int refused) {

    /** Asserts that so many were tried, and that neither outcome is missing. */
    public void assertBothOf(int cases) {
      assertThat(read + refused).isEqualTo(cases);
      assertThat(read).as("read").isPositive();
      assertThat(refused).as("refused").isPositive();
    }
  }

  /** The file as it was read: refused, or null, and what that took of the heap. */
  private record Outcome(IOException refusal, long allocated) {}

  /**
   * Mutates the file as it is now and reads it, so many times.
   *
   * @param reading reads the file, and closes what it opened
   * @throws AssertionError if a case, or the file before any mutation, is not answered as promised
   */
  public Tally read(int cases, Mutation mutation, AllocatedBytes.Work reading) throws IOException {
    byte[] sound = Files.readAllBytes(file);
    SplittableRandom seeds = new SplittableRandom(SEED);
    ExecutorService worker = Executors.newSingleThreadExecutor(MutatedFiles::daemon);
    int read = 0;
    int refused = 0;
    long most = 0;
    try {
      assertThat(outcome(worker, reading, "unchanged").refusal()).isNull();
      for (int i = 0; i < cases; i++) {
        String name = String.format(Locale.ROOT, "seed %d, case %d", SEED, i);
        Files.write(file, mutation.of(sound, seeds.split()));
        Outcome outcome = outcome(worker, reading, name);
        check(outcome, name);
        most = Math.max(most, outcome.allocated());
        read += outcome.refusal() == null ? 1 : 0;
        refused += outcome.refusal() == null ? 0 : 1;
      }
    } finally {
      worker.shutdownNow();
    }
    System.out.printf(
        "%s: %d read, %d refused, at most %d KB; -Dgeolocsft.mutations.seed=%d%n",
        file.getFileName(), read, refused, most >> 10, SEED);
    return new Tally(read, refused);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "reader of mutated files");
    thread.setDaemon(true);
    return thread;
  }

  private static Outcome outcome(ExecutorService worker, AllocatedBytes.Work reading, String name) {
    Future<Outcome> outcome = worker.submit(() -> measured(reading));
    try {
      return outcome.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return fail(String.format(Locale.ROOT, "no end within %d s, %s", DEADLINE_SECONDS, name), e);
    } catch (ExecutionException e) {
      return fail(name, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return fail(name, e);
    }
  }

  private static Outcome measured(AllocatedBytes.Work reading) throws Exception {
    IOException[] refusal = new IOException[1];
    long allocated =
        AllocatedBytes.of(
            () -> {
              try {
                reading.run();
              } catch (IOException e) {
                refusal[0] = e;
              }
            });
    return new Outcome(refusal[0], allocated);
  }

  private void check(Outcome outcome, String name) throws IOException {
    long bound = fixedBytes + bytesPerByte * Files.size(file);
    assertThat(outcome.allocated()).as("bytes allocated, " + name).isLessThan(bound);
    if (outcome.refusal() != null) {
      String message = outcome.refusal().getMessage();
      assertThat(message).as(name).contains(file.getParent().toString());
      assertThat(message.length()).as("message, " + name).isLessThan(LONGEST_MESSAGE);
    }
  }
}
