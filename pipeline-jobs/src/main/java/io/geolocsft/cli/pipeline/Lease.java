package io.geolocsft.cli.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.stage.Ticker;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two processes from writing to one output folder: the file {@code .lease} names the one that
 * may. It is renewed every minute. One whose process has ended on this machine, or that has not
 * been renewed for long, is taken over; a process that was suspended meanwhile finds out before it
 * writes anything, and stops.
 */
public final class Lease implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
  private static final String FILE = ".lease";
  private static final Duration RENEWAL = Duration.ofMinutes(1);
  private static final Duration EXPIRY = Duration.ofMinutes(10);

  /** How long two who take over one lease at once need to see who came last. */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  /** By falling priority: when Spark has stopped, and before Hadoop closes its file systems. */
  private static final int AFTER_SPARK = FileSystem.SHUTDOWN_HOOK_PRIORITY + 10;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final FileSystem fs;
  private final Path file;
  private final Holder holder;
  private final Optional<Holder> former;
  private final Ticker renewal;
  private final Runnable atShutdown = this::releaseAtShutdown;
  private Optional<EnvironmentException> loss = Optional.empty();
  private Runnable onLoss = () -> {};

  /** A renewal has begun and not come to its end: the file may be half of it. */
  private boolean renewing;

  /** Who holds a lease; {@code started} is the start of the process in ms since 1970. */
  record Holder(
      @JsonProperty("token") String token,
      @JsonProperty("host") String host,
      @JsonProperty("pid") long pid,
      @JsonProperty("started") long started) {

    static Holder thisProcess() throws IOException {
      ProcessHandle process = ProcessHandle.current();
      String host = InetAddress.getLocalHost().getHostName();
      return new Holder(UUID.randomUUID().toString(), host, process.pid(), start(process));
    }

    boolean isDead() throws IOException {
      return host.equals(InetAddress.getLocalHost().getHostName())
          && (ProcessHandle.of(pid).filter(other -> start(other) == started).isEmpty()
              || isZombie());
    }

    /** One that has ended, and whose parent has not asked how: Linux still lists it. */
    private boolean isZombie() throws IOException {
      try {
        String stat = Files.readString(java.nio.file.Path.of("/proc", Long.toString(pid), "stat"));
        // The name before the state may hold anything, also a parenthesis.
        return stat.startsWith(" Z", stat.lastIndexOf(')') + 1);
      } catch (NoSuchFileException e) {
        return false;
      }
    }

    private static long start(ProcessHandle process) {
      return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
  }

  private Lease(FileSystem fs, Path file, Holder holder, Optional<Holder> former) {
    this.fs = fs;
    this.file = file;
    this.holder = holder;
    this.former = former;
    this.renewal = new Ticker("lease", RENEWAL, this::renew);
    ShutdownHookManager.get().addShutdownHook(atShutdown, AFTER_SPARK);
  }

  /**
   * Takes the lease of a folder.
   *
   * @throws EnvironmentException if another process holds it
   */
  static Lease acquire(FileSystem fs, Path folder) throws IOException {
    return acquire(fs, folder, SETTLING);
  }

  /**
   * The same.
   *
   * @param settling how long two who take over at once need to see who came last
   */
  static Lease acquire(FileSystem fs, Path folder, Duration settling) throws IOException {
    Path file = new Path(folder, FILE);
    Holder mine = Holder.thisProcess();
    Optional<Holder> former = Optional.empty();
    if (!create(fs, file, mine)) {
      former = Optional.of(requireExpired(fs, file));
      fs.delete(file, false);
      if (!create(fs, file, mine) || !isStillOurs(fs, file, mine, settling)) {
        throw busy(file, "another process that took it over at the same moment");
      }
    }
    return new Lease(fs, file, mine, former);
  }

  /** One sentence about the dead process whose lease this was; empty if there was none. */
  public String takenOverFrom() {
    return former
        .map(
            dead ->
                String.format(
                    Locale.ROOT,
                    "Resuming after the process %d on %s, which ended without finishing",
                    dead.pid(),
                    dead.host()))
        .orElse("");
  }

  /** What is done, once, when another process turns out to hold the lease. */
  public synchronized void onLoss(Runnable action) {
    onLoss = action;
  }

  /** Why this process may no longer write; empty while it may, as far as it knows. */
  public synchronized Optional<EnvironmentException> loss() {
    return loss;
  }

  /**
   * Looks whether this process still holds the lease.
   *
   * @throws EnvironmentException if another has taken it over
   */
  public synchronized void requireHeld() throws IOException {
    if (loss.isEmpty()) {
      Optional<Holder> now = read(fs, file);
      if (now.filter(holder::equals).isEmpty() && !isHalfRenewed(now)) {
        loss = Optional.of(lost(now));
      }
    }
    if (loss.isPresent()) {
      throw new EnvironmentException(loss.get().getMessage(), loss.get());
    }
  }

  /** HDFS empties a file before it writes it anew; what is left is young, so nobody takes it. */
  private boolean isHalfRenewed(Optional<Holder> now) throws IOException {
    return renewing && now.isEmpty() && fs.exists(file);
  }

  private EnvironmentException lost(Optional<Holder> now) {
    return new EnvironmentException(
        "The output folder %s was taken over by %s while this process did not answer for %s minutes or more: nothing more is written. Wait for the other, and run the command again"
            .formatted(
                file.getParent(),
                now.map(Lease::describe).orElse("a process that has ended since"),
                String.valueOf(EXPIRY.toMinutes())));
  }

  @Override
  public void close() throws IOException {
    ShutdownHookManager hooks = ShutdownHookManager.get();
    if (!hooks.isShutdownInProgress()) {
      hooks.removeShutdownHook(atShutdown);
    }
    release();
  }

  /** A process that is interrupted may never come to close it. */
  private void releaseAtShutdown() {
    try {
      release();
    } catch (IOException e) {
      LOG.warn("Could not release {}", file, e);
    }
  }

  private synchronized void release() throws IOException {
    renewal.close();
    if (loss.isEmpty() && read(fs, file).filter(holder::equals).isPresent()) {
      fs.delete(file, false);
    }
  }

  /** Never over another's name: who was suspended for long reads first. */
  synchronized void renew() {
    if (loss.isPresent()) {
      return;
    }
    try {
      requireHeld();
      if (fs instanceof LocalFileSystem) {
        fs.setTimes(file, System.currentTimeMillis(), -1);
      } else {
        overwrite();
      }
    } catch (EnvironmentException e) {
      LOG.warn("{}", e.getMessage());
      onLoss.run();
    } catch (IOException e) {
      // The next minute may do better, and expiry is ten of them away.
      LOG.warn("Could not renew {}", file, e);
    }
  }

  private void overwrite() throws IOException {
    renewing = true;
    try (FSDataOutputStream out = fs.create(file, true)) {
      out.write(JSON.writeValueAsBytes(holder));
    }
    renewing = false;
  }

  private static Holder requireExpired(FileSystem fs, Path file) throws IOException {
    Holder holder = read(fs, file).orElse(new Holder("", "an unknown machine", 0, 0));
    if (!holder.isDead() && age(fs, file).compareTo(EXPIRY) < 0) {
      throw busy(file, describe(holder));
    }
    return holder;
  }

  private static String describe(Holder holder) {
    return String.format(Locale.ROOT, "process %d on %s", holder.pid(), holder.host());
  }

  private static EnvironmentException busy(Path file, String who) {
    return new EnvironmentException(
        "The output folder %s is being written by %s: wait for it, or choose another --output. If it is gone, its lease ends %s minutes after its last sign of life"
            .formatted(file.getParent(), who, String.valueOf(EXPIRY.toMinutes())));
  }

  private static Duration age(FileSystem fs, Path file) throws IOException {
    try {
      long modified = fs.getFileStatus(file).getModificationTime();
      return Duration.ofMillis(System.currentTimeMillis() - modified);
    } catch (FileNotFoundException e) {
      return EXPIRY;
    }
  }

  private static boolean isStillOurs(FileSystem fs, Path file, Holder mine, Duration settling)
      throws IOException {
    try {
      Thread.sleep(settling.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return read(fs, file).filter(mine::equals).isPresent();
  }

  private static boolean create(FileSystem fs, Path file, Holder holder) throws IOException {
    byte[] content = JSON.writeValueAsBytes(holder);
    if (fs instanceof LocalFileSystem) {
      // Hadoop's local create looks first and writes then; this is one step.
      return createLocally(java.nio.file.Path.of(file.toUri().getPath()), content);
    }
    try (FSDataOutputStream out = fs.create(file, false)) {
      out.write(content);
      return true;
    } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return false;
    }
  }

  private static boolean createLocally(java.nio.file.Path file, byte[] content) throws IOException {
    try {
      Files.write(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static Optional<Holder> read(FileSystem fs, Path file) throws IOException {
    try (FSDataInputStream in = fs.open(file)) {
      return Optional.of(JSON.readValue(in.readAllBytes(), Holder.class));
    } catch (FileNotFoundException | JacksonException e) {
      return Optional.empty();
    }
  }
}
