package io.geolocsft.files;

import io.geolocsft.files.FilePart.Form;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** A zip's members, from its central directory alone. */
final class ZipMembers implements MemberSource {

  /** About 700,000 members. */
  private static final long MOST_DIRECTORY_BYTES = 64 << 20;

  // Of the record at a zip's end, by PKWARE's APPNOTE 4.3.16.
  private static final int END = 22;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_COUNT = 10;
  private static final int MANY = 0xffff;

  private final String uri;
  private final ArchiveChannel channel;
  private final Iterator<ZipArchiveEntry> entries;
  private long number;

  ZipMembers(String uri, ArchiveChannel channel) throws IOException {
    this.uri = uri;
    this.channel = channel;
    channel.allow(MOST_DIRECTORY_BYTES);
    try (ZipFile zip =
        ZipFile.builder().setSeekableByteChannel(channel).setIgnoreLocalFileHeader(true).get()) {
      List<ZipArchiveEntry> all = Collections.list(zip.getEntries());
      requireAll(all.size());
      entries = all.iterator();
    }
  }

  /** The reader stops without a word where the directory is damaged. */
  private void requireAll(int found) throws IOException {
    int length = (int) Math.min(channel.size(), END + MANY);
    ByteBuffer tail = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    channel.allow(length);
    channel.position(channel.size() - length);
    while (tail.hasRemaining() && channel.read(tail) >= 0) {}
    for (int at = length - END; at >= 0; at--) {
      if (tail.getInt(at) == END_SIGNATURE) {
        int stated = Short.toUnsignedInt(tail.getShort(at + END_COUNT));
        // More are counted elsewhere.
        if (stated != MANY && stated != found) {
          throw new DamagedArchiveException(
              String.format(Locale.ROOT, "its directory has %d of %d members", found, stated),
              null);
        }
        return;
      }
    }
  }

  @Override
  public Optional<ArchiveMember> next() {
    while (entries.hasNext()) {
      ZipArchiveEntry entry = entries.next();
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
          String.format(
              Locale.ROOT, "compressed by method %d: store or deflate it", entry.getMethod()));
    }
    if (first < 0 || length < 0 || first > channel.size() - length) {
      return ArchiveMember.bad(
          number, name, "archive_damaged", "its bytes lie beyond the archive's end");
    }
    Form form = entry.getMethod() == ZipEntry.STORED ? Form.STORED : Form.DEFLATED;
    return ArchiveMember.of(number, name, new FilePart(uri, form, first, length));
  }
}
