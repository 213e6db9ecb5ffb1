package io.geolocsft.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.SparkFixture;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.table.TableStore;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestLease {

  private static final Instant LONG_AGO = Instant.now().minus(Duration.ofMinutes(11));

  @TempDir java.nio.file.Path folder;

  private FileSystem fs;

  @BeforeEach
  void setUp() throws IOException {
    fs = FileSystem.getLocal(new Configuration());
  }

  @Test
  void oneAtATime() throws IOException {
    try (Lease lease = acquire()) {
      assertThat(lease.takenOverFrom()).isEmpty();
      assertThatThrownBy(this::acquire)
          .isInstanceOf(EnvironmentException.class)
          .hasMessageContaining("is being written by process " + ProcessHandle.current().pid());
    }
    try (Lease next = acquire()) {
      assertThat(next.takenOverFrom()).isEmpty();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aDeadProcesssLeaseIsTakenOver() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    write(InetAddress.getLocalHost().getHostName(), process.pid(), 0);
    try (Lease lease = acquire()) {
      assertThat(lease.takenOverFrom()).contains("process " + process.pid());
    }
  }

  /** Such as a spark-submit under an Airflow that does not wait for it. */
  @Test
  @Timeout(30)
  @EnabledOnOs(OS.LINUX)
  void aProcessThatNobodyWaitedForIsDead() throws Exception {
    Process parent = new ProcessBuilder("sh", "-c", "sleep 60 & echo $!; exec sleep 60").start();
    try {
      long pid = Long.parseLong(parent.inputReader().readLine());
      // The shell would wait for its child; what it becomes does not.
      waitFor("/proc/" + parent.pid() + "/comm", "sleep");
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      waitFor("/proc/" + pid + "/stat", ") Z ");
      Instant start = ProcessHandle.of(pid).orElseThrow().info().startInstant().orElseThrow();
      write(InetAddress.getLocalHost().getHostName(), pid, start.toEpochMilli());
      try (Lease lease = acquire()) {
        assertThat(lease.takenOverFrom()).contains("process " + pid);
      }
    } finally {
      parent.destroyForcibly().waitFor();
    }
  }

  private static void waitFor(String file, String content) throws Exception {
    while (!Files.readString(java.nio.file.Path.of(file)).contains(content)) {
      Thread.sleep(10);
    }
  }

  @Test
  void anotherProcessOfTheSameNumberIsNotTheHolder() throws IOException {
    long pid = ProcessHandle.current().pid();
    write(InetAddress.getLocalHost().getHostName(), pid, 1);
    try (Lease lease = acquire()) {
      assertThat(lease.takenOverFrom()).contains("process " + pid);
      lease.requireHeld();
    }
  }

  @Test
  void anotherMachinesLeaseExpires() throws IOException {
    write("elsewhere", 1, 1);
    assertThatThrownBy(this::acquire).hasMessageContaining("process 1 on elsewhere");
    makeOld();
    try (Lease lease = acquire()) {
      assertThat(lease.takenOverFrom()).contains("process 1 on elsewhere");
      assertThat(Files.readString(file())).contains("\"pid\":" + ProcessHandle.current().pid());
    }
  }

  @Test
  void aDamagedLeaseExpires() throws IOException {
    Files.writeString(file(), "{\"tok");
    assertThatThrownBy(this::acquire).hasMessageContaining("an unknown machine");
    makeOld();
    try (Lease lease = acquire()) {
      lease.requireHeld();
    }
  }

  @Test
  void aHeldLeaseIsRenewed() throws IOException {
    try (Lease lease = acquire()) {
      makeOld();
      lease.renew();
      assertThat(Files.getLastModifiedTime(file()).toInstant()).isAfter(LONG_AGO.plusSeconds(60));
      assertThat(lease.loss()).isEmpty();
    }
  }

  /** As HDFS does when it goes away between two steps of writing a file. */
  private static final class HalfWriting extends FilterFileSystem {
    private boolean away;

    HalfWriting(FileSystem fs) {
      super(fs);
    }

    @Override
    public FSDataOutputStream create(
        Path file,
        FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      FSDataOutputStream out =
          super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress);
      if (away) {
        out.close();
        throw new IOException("away");
      }
      return out;
    }
  }

  @Test
  void aRenewalThatStoppedHalfwayIsNoLoss() throws IOException {
    HalfWriting store = new HalfWriting(fs);
    try (Lease lease = Lease.acquire(store, new Path(folder.toUri()), Duration.ZERO)) {
      store.away = true;
      lease.renew();
      assertThat(file()).isEmptyFile();
      lease.renew();
      lease.requireHeld();
      store.away = false;
      lease.renew();
      assertThat(Files.readString(file())).contains("\"pid\":" + ProcessHandle.current().pid());
      lease.requireHeld();
      Files.writeString(file(), "");
      assertThatThrownBy(lease::requireHeld).isInstanceOf(EnvironmentException.class);
    }
  }

  /** As one that is suspended for twenty minutes and then goes on. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoWasSuspendedDoesNotOverwriteItsSuccessor(boolean successorHasEnded) throws IOException {
    Lease suspended = acquire();
    AtomicInteger losses = new AtomicInteger();
    suspended.onLoss(losses::incrementAndGet);
    makeOld();
    Lease successor = acquire();
    String held = Files.readString(file());
    if (successorHasEnded) {
      successor.close();
    }
    suspended.renew();
    suspended.renew();
    assertThat(losses).hasValue(1);
    assertThat(suspended.loss().orElseThrow()).hasMessageContaining("was taken over by");
    assertThatThrownBy(suspended::requireHeld).isInstanceOf(EnvironmentException.class);
    suspended.close();
    if (successorHasEnded) {
      assertThat(file()).doesNotExist();
    } else {
      assertThat(file()).hasContent(held);
      successor.close();
    }
  }

  @Test
  void whoLostTheLeasePublishesNothing() throws Exception {
    try (Lease lease = acquire()) {
      TableStore tables =
          TableStore.open(SparkFixture::session, new Configuration(), folder.toString())
              .guardedBy(lease::requireHeld);
      tables.publishDirectory("made", place -> Files.writeString(place.resolve("a"), "before"));
      write("elsewhere", 1, 1);
      assertThatThrownBy(
              () ->
                  tables.publishDirectory(
                      "made", place -> Files.writeString(place.resolve("a"), "after")))
          .isInstanceOf(EnvironmentException.class)
          .hasMessageContaining("process 1 on elsewhere");
      assertThatThrownBy(tables::recover).isInstanceOf(EnvironmentException.class);
    }
    assertThat(folder.resolve("made/a")).hasContent("before");
  }

  private java.nio.file.Path file() {
    return folder.resolve(".lease");
  }

  private void makeOld() throws IOException {
    Files.setLastModifiedTime(file(), FileTime.from(LONG_AGO));
  }

  private Lease acquire() throws IOException {
    return Lease.acquire(fs, new Path(folder.toUri()), Duration.ZERO);
  }

  private void write(String host, long pid, long started) throws IOException {
    Files.writeString(
        file(),
        String.format(
            Locale.ROOT,
            "{\"token\": \"t\", \"host\": \"%s\", \"pid\": %d, \"started\": %d}",
            host,
            pid,
            started));
  }
}
