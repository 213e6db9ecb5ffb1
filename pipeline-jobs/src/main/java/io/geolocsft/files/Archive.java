package io.geolocsft.files;

import com.google.common.base.Throwables;
import com.google.common.collect.AbstractIterator;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files in a tar or zip, in the archive's order, by its headers or directory alone. A damaged
 * archive gives what comes before the damage, and in the end a member without a name that tells of
 * it. Of a tar at most 64 KiB of headers a member are read, of a zip at most 64 MiB of its
 * directory, about 700,000 members, which takes some times that in memory.
 */
public final class Archive extends AbstractIterator<ArchiveMember> implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(Archive.class);

  private static final long MOST_MEMBERS = 10_000_000;

  private static final Pattern UNFIT =
      Pattern.compile("/.*|[A-Za-z]:.*|.*[\\p{Cntrl}\\\\].*", Pattern.DOTALL);

  private final FSDataInputStream in;
  private final String uri;
  private final ArchiveChannel channel;
  private MemberSource source;
  private long number;
  private boolean ended;

  private Archive(String uri, FSDataInputStream in, long size) {
    this.uri = uri;
    this.in = in;
    channel = new ArchiveChannel(in, size);
  }

  /** Whether a file of this name is taken for an archive. */
  public static boolean isArchive(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".tar") || lower.endsWith(".zip");
  }

  /**
   * Opens an archive.
   *
   * @throws IOException if its file system fails; where that happens later, it is wrapped in an
   *     {@link UncheckedIOException}
   */
  public static Archive open(FileSystem fs, Path path) throws IOException {
    String uri = fs.makeQualified(path).toString();
    return new Archive(uri, Locations.open(fs, path), fs.getFileStatus(path).getLen());
  }

  @Override
  protected ArchiveMember computeNext() {
    if (ended) {
      return endOfData();
    }
    try {
      if (source == null) {
        source = source();
      }
      Optional<ArchiveMember> member = source.next();
      if (member.isEmpty()) {
        return endOfData();
      }
      number = member.get().number();
      if (number > MOST_MEMBERS) {
        throw new DamagedArchiveException(
            String.format(Locale.ROOT, "it has more than %d members", MOST_MEMBERS), null);
      }
      return checked(member.get());
    } catch (UncheckedIOException e) {
      throw e;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // The readers throw what hostile bytes make of them.
      ended = true;
      return ArchiveMember.end(
          number + 1,
          "archive_damaged",
          "%s is damaged: %s".formatted(uri, Throwables.getRootCause(e).getMessage()));
    }
  }

  private MemberSource source() throws IOException {
    return uri.toLowerCase(Locale.ROOT).endsWith(".zip")
        ? new ZipMembers(uri, channel)
        : new TarMembers(uri, channel);
  }

  /**
   * Its name without the {@code ./} that tar writes for what lies in the folder it was called in.
   */
  private static ArchiveMember checked(ArchiveMember found) {
    String name =
        Arrays.stream(found.name().orElseThrow().split("/+"))
            .filter(part -> !part.equals("."))
            .collect(Collectors.joining("/"));
    ArchiveMember member =
        new ArchiveMember(found.number(), Optional.of(name), found.part(), found.problem());
    boolean leadsOut =
        found.name().orElseThrow().startsWith("/")
            || Arrays.asList(name.split("/", -1)).contains("..");
    return leadsOut || UNFIT.matcher(name).matches()
        ? ArchiveMember.bad(
            member.number(),
            name,
            "path_outside_folder",
            "the member's name is not a path within the archive")
        : member;
  }

  /** A member's bytes, cut at a limit. */
  public byte[] read(ArchiveMember member, int limit) throws IOException {
    return member.part().orElseThrow().read(in, limit);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      LOG.debug("Closing {} failed", uri, e);
    }
  }
}
