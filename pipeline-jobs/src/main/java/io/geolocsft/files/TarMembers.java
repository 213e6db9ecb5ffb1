package io.geolocsft.files;

import io.geolocsft.files.FilePart.Form;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * A tar's members, from header to header; what lies between is not read. Tars that were joined are
 * read on, as by {@code tar --ignore-zeros}.
 */
final class TarMembers implements MemberSource {

  private static final long RECORD = 512;

  /** Of one member, with the long names and extensions that may stand before it. */
  private static final long MOST_HEADER_BYTES = 1 << 16;

  /** Behind its end a tar is filled up to a multiple of some records. */
  private static final long MOST_PADDING = 1 << 20;

  private static final Set<Byte> PLAIN =
      Set.of(TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_CONTIG);

  private final String uri;
  private final ArchiveChannel channel;
  private long number;
  private long next;

  TarMembers(String uri, ArchiveChannel channel) {
    this.uri = uri;
    this.channel = channel;
  }

  @Override
  public Optional<ArchiveMember> next() throws IOException {
    while (true) {
      TarArchiveEntry entry = header();
      if (entry == null) {
        requireEndMark();
        if (skipToJoined()) {
          continue;
        }
        return Optional.empty();
      }
      long data = channel.position();
      next = Math.addExact(data, (entry.getSize() + RECORD - 1) / RECORD * RECORD);
      number++;
      if (!entry.isDirectory()) {
        return Optional.of(member(entry, data));
      }
    }
  }

  /** By a reader of its own, since one for all would read the members to get past them. */
  private TarArchiveEntry header() throws IOException {
    channel.position(next);
    channel.allow(MOST_HEADER_BYTES);
    return new TarArchiveInputStream(Channels.newInputStream(channel), "UTF-8").getNextEntry();
  }

  /** An empty record, which one that was cut between members lacks. */
  private void requireEndMark() throws DamagedArchiveException {
    if (channel.position() < next + RECORD) {
      throw new DamagedArchiveException(
          String.format(Locale.ROOT, "it ends after member %d, without an end marker", number),
          null);
    }
  }

  /**
   * Goes to the first header of a tar behind this one's end and what fills it up.
   *
   * @return false at the end of the file
   */
  private boolean skipToJoined() throws IOException {
    channel.allow(MOST_PADDING + 2 * RECORD);
    for (long at = next; at - next <= MOST_PADDING; at += RECORD) {
      byte[] record = record(at);
      if (!isEmpty(record) && record.length == RECORD && TarUtils.verifyCheckSum(record)) {
        next = at;
        return true;
      }
      if (!isEmpty(record) || record.length < RECORD) {
        break;
      }
    }
    requireNoMore();
    return false;
  }

  private void requireNoMore() throws DamagedArchiveException {
    long more = channel.size() - next - RECORD;
    if (more > MOST_PADDING) {
      throw new DamagedArchiveException(
          String.format(
              Locale.ROOT, "%d bytes follow its end marker after member %d", more, number),
          null);
    }
  }

  private byte[] record(long at) throws IOException {
    channel.position(at);
    ByteBuffer record = ByteBuffer.allocate((int) RECORD);
    while (record.hasRemaining() && channel.read(record) >= 0) {}
    return Arrays.copyOf(record.array(), record.position());
  }

  private static boolean isEmpty(byte[] record) {
    for (byte value : record) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  private ArchiveMember member(TarArchiveEntry entry, long data) throws IOException {
    if (entry.isSymbolicLink() || entry.isLink()) {
      return ArchiveMember.bad(
          number, entry.getName(), "archive_link", "a link, which is not followed");
    }
    if (!PLAIN.contains(entry.getLinkFlag()) || entry.isSparse()) {
      return ArchiveMember.bad(number, entry.getName(), "archive_unsupported", "no plain file");
    }
    if (data + entry.getSize() > channel.size()) {
      throw new DamagedArchiveException(
          String.format(Locale.ROOT, "it ends within %s, member %d", entry.getName(), number),
          null);
    }
    return ArchiveMember.of(
        number, entry.getName(), new FilePart(uri, Form.BYTES, data, entry.getSize()));
  }
}
