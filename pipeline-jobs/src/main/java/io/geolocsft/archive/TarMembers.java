package io.geolocsft.archive;

import io.geolocsft.archive.FilePart.Form;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A tar's members, from header to header; what lies between is not read. */
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
          String.format(
              Locale.ROOT, "it ends after member %d, without the mark of its end", number),
          null);
    }
    if (channel.size() - channel.position() > MOST_PADDING) {
      throw new DamagedArchiveException(
          String.format(
              Locale.ROOT,
              "%d bytes follow the mark of its end after member %d",
              channel.size() - channel.position(),
              number),
          null);
    }
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
