package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.stage.EnvironmentException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestLease {

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
    acquire().close();
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

  @Test
  void anotherProcessOfTheSameNumberIsNotTheHolder() throws IOException {
    write(InetAddress.getLocalHost().getHostName(), ProcessHandle.current().pid(), 1);
    acquire().close();
  }

  @Test
  void anotherMachinesLeaseExpires() throws IOException {
    write("elsewhere", 1, 1);
    assertThatThrownBy(this::acquire).hasMessageContaining("process 1 on elsewhere");
    Instant longAgo = Instant.now().minus(Duration.ofMinutes(11));
    Files.setLastModifiedTime(folder.resolve(".lease"), FileTime.from(longAgo));
    acquire().close();
  }

  @Test
  void aDamagedLeaseExpires() throws IOException {
    Files.writeString(folder.resolve(".lease"), "{\"tok");
    assertThatThrownBy(this::acquire).hasMessageContaining("an unknown machine");
  }

  private Lease acquire() throws IOException {
    return Lease.acquire(fs, new Path(folder.toUri()));
  }

  private void write(String host, long pid, long started) throws IOException {
    Files.writeString(
        folder.resolve(".lease"),
        String.format(
            Locale.ROOT,
            "{\"token\": \"t\", \"host\": \"%s\", \"pid\": %d, \"started\": %d}",
            host,
            pid,
            started));
  }
}
