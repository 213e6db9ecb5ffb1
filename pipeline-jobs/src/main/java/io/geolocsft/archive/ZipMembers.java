package io.geolocsft.archive;

import io.geolocsft.archive.FilePart.Form;
import java.io.IOException;
import java.util.Enumeration;
import java.util.Optional;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** A zip's members, from its central directory alone. */
final class ZipMembers implements MemberSource {

  /** Of the directory, which is held in memory: about a million members. */
  private static final long MOST_DIRECTORY_BYTES = 96 << 20;

  private final String uri;
  private final ArchiveChannel channel;
  private final Enumeration<ZipArchiveEntry> entries;
  private long number;

  ZipMembers(String uri, ArchiveChannel channel) throws IOException {
    this.uri = uri;
    this.channel = channel;
    channel.allow(MOST_DIRECTORY_BYTES);
    try (ZipFile zip =
        ZipFile.builder().setSeekableByteChannel(channel).setIgnoreLocalFileHeader(true).get()) {
      entries = zip.getEntries();
    }
  }

  @Override
  public Optional<ArchiveMember> next() {
    while (entries.hasMoreElements()) {
      ZipArchiveEntry entry = entries.nextElement();
      number++;
      if (!entry.isDirectory()) {
        return Optional.of(member(entry));
      }
    }
    return Optional.empty();
  }

  private ArchiveMember member(ZipArchiveEntry entry) {
    String name = entry.getName();
    long first = entry.getLocalHeaderOffset();
    long length = entry.getCompressedSize();
    if (entry.isUnixSymlink()) {
      return ArchiveMember.bad(number, name, "archive_link", "a link, which is not followed");
    }
    if (entry.getGeneralPurposeBit().usesEncryption()) {
      return ArchiveMember.bad(number, name, "archive_unsupported", "it is encrypted");
    }
    if (entry.getMethod() != ZipEntry.STORED && entry.getMethod() != ZipEntry.DEFLATED) {
      return ArchiveMember.bad(
          number,
          name,
          "archive_unsupported",
          "compressed by method %d: pack it stored or deflated".formatted(entry.getMethod()));
    }
    if (first < 0 || length < 0 || first > channel.size() - length) {
      return ArchiveMember.bad(
          number, name, "archive_damaged", "its bytes lie beyond the archive's end");
    }
    Form form = entry.getMethod() == ZipEntry.STORED ? Form.STORED : Form.DEFLATED;
    return ArchiveMember.of(number, name, new FilePart(uri, form, first, length));
  }
}
