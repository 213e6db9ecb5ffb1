package io.geolocsft.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.geolocsft.files.ArchiveMember.Damage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestArchive {

  private static final long SEED = 5;
  private static final int LIMIT = 1 << 20;
  private static final String LONG = "long/".repeat(60) + "ü.jpg";

  private final Configuration hadoop = new Configuration();

  @TempDir private Path folder;

  private List<ArchiveMember> members(Path file) throws IOException {
    var path = new org.apache.hadoop.fs.Path(file.toUri());
    try (Archive archive = Archive.open(FileSystem.getLocal(hadoop), path)) {
      return ImmutableList.copyOf(archive);
    }
  }

  private byte[] read(ArchiveMember member) throws IOException {
    return new ImageBytes(hadoop, LIMIT).read(member.part().orElseThrow().uri());
  }

  private static byte[] content(int number) {
    byte[] bytes = new byte[number * 700];
    new Random(number).nextBytes(bytes);
    return bytes;
  }

  private Path tar() throws IOException {
    Path file = folder.resolve("some files.tar");
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(Files.newOutputStream(file), "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.putArchiveEntry(new TarArchiveEntry("a/"));
      tar.closeArchiveEntry();
      int number = 0;
      for (String name : List.of("a/1.jpg", "empty", LONG)) {
        byte[] bytes = content(name.equals("empty") ? 0 : ++number);
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
      }
    }
    return file;
  }

  /** Stored, deflated, and streamed: whose sizes stand behind it. */
  private Path zip() throws IOException {
    Path file = folder.resolve("some files.ZIP");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("a/"));
      ZipEntry stored = new ZipEntry("a/1.jpg");
      CRC32 crc = new CRC32();
      crc.update(content(1));
      stored.setMethod(ZipEntry.STORED);
      stored.setSize(content(1).length);
      stored.setCrc(crc.getValue());
      stored.setExtra(new byte[] {1, 2, 3, 0, 9, 9, 9});
      zip.putNextEntry(stored);
      zip.write(content(1));
      zip.putNextEntry(new ZipEntry("empty"));
      zip.putNextEntry(new ZipEntry(LONG));
      zip.write(content(2));
    }
    return file;
  }

  private Path archive(String kind) throws IOException {
    return kind.equals("tar") ? tar() : zip();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar", "zip"})
  void eachFileIsReadWhereItLies(String kind) throws IOException {
    List<ArchiveMember> members = members(archive(kind));
    assertThat(members)
        .extracting(member -> member.name().orElseThrow())
        .containsExactly("a/1.jpg", "empty", LONG);
    assertThat(members).extracting(ArchiveMember::number).containsExactly(2L, 3L, 4L);
    assertThat(read(members.get(0))).isEqualTo(content(1));
    assertThat(read(members.get(1))).isEmpty();
    assertThat(read(members.get(2))).isEqualTo(content(2));
    assertThat(new ImageBytes(hadoop, 99).read(members.get(2).part().orElseThrow().uri()))
        .isEqualTo(Arrays.copyOf(content(2), 100));
  }

  @ParameterizedTest
  @CsvSource({"tar, 3000", "tar, 700", "tar, 2748", "zip, 1", "zip, 300"})
  void whatComesBeforeTheDamageIsThere(String kind, int cut) throws IOException {
    Path file = archive(kind);
    byte[] bytes = Files.readAllBytes(file);
    // A tar ends in empty records, up to a multiple of twenty.
    int end = kind.equals("tar") ? 512 * 9 + 700 : bytes.length;
    Files.write(file, Arrays.copyOf(bytes, Math.max(1, end - cut)));
    List<ArchiveMember> members = members(file);
    ArchiveMember last = members.get(members.size() - 1);
    assertThat(last.name()).isEmpty();
    assertThat(last.problem().map(Damage::kind)).contains("archive_damaged");
    assertThat(last.problem().map(Damage::message).orElseThrow()).contains("some files.");
  }

  /** As "tar cf x.tar ." and GNU's tar write them, with one directory entry of a zip damaged. */
  @Test
  void namesAreUtf8WithoutTheFolderItself() throws IOException {
    Path file = folder.resolve("dots.tar");
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(Files.newOutputStream(file), "UTF-8")) {
      for (String name : List.of("./", "./a.jpg", "./b//./é.jpg")) {
        tar.putArchiveEntry(new TarArchiveEntry(name));
        tar.closeArchiveEntry();
      }
    }
    assertThat(members(file))
        .extracting(member -> member.name().orElseThrow())
        .containsExactly("a.jpg", "b/é.jpg");
  }

  @Test
  void aDirectoryThatBreaksOffIsNoticed() throws IOException {
    byte[] bytes = Files.readAllBytes(zip());
    int second = indexOf(bytes, "PK\1\2", indexOf(bytes, "PK\1\2", 0) + 1);
    bytes[second] = 'X';
    Path file = folder.resolve("broken.zip");
    Files.write(file, bytes);
    assertThat(members(file))
        .extracting(member -> member.problem().map(Damage::message).orElse(""))
        .anyMatch(message -> message.contains("is damaged"));
  }

  @Test
  void whatFollowsTheEndIsNoticed() throws IOException {
    byte[] bytes = Files.readAllBytes(tar());
    Path file = folder.resolve("two.tar");
    try (var out = Files.newOutputStream(file)) {
      out.write(bytes);
      out.write(new byte[2 << 20]);
    }
    List<ArchiveMember> members = members(file);
    assertThat(members).hasSize(4);
    assertThat(members.get(3).problem().map(Damage::message).orElseThrow())
        .contains("bytes follow its end marker");
  }

  /** As {@code tar --ignore-zeros} reads them; each is a whole one, filled up. */
  @Test
  void joinedTarsAreReadOn() throws IOException {
    byte[] bytes = Files.readAllBytes(tar());
    Path file = folder.resolve("joined.tar");
    try (var out = Files.newOutputStream(file)) {
      for (int i = 0; i < 3; i++) {
        out.write(bytes);
      }
    }
    List<ArchiveMember> members = members(file);
    assertThat(members).hasSize(9).allSatisfy(one -> assertThat(one.problem()).isEmpty());
    assertThat(read(members.get(8))).isEqualTo(content(2));
    assertThat(members.get(8).number()).isEqualTo(12);
  }

  @Test
  void membersThatLeadOutAreNamed() throws IOException {
    Path file = folder.resolve("out.zip");
    List<String> names =
        List.of("../1.jpg", "a/../../1.jpg", "/etc/passwd", "C:/1.jpg", "a\\..\\1.jpg", "a\nb.jpg");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
      }
      zip.putNextEntry(new ZipEntry("fine..jpg"));
    }
    List<ArchiveMember> members = members(file);
    assertThat(members).hasSize(names.size() + 1);
    assertThat(members.subList(0, names.size()))
        .allSatisfy(
            member -> {
              assertThat(member.problem().map(Damage::kind)).contains("path_outside_folder");
              assertThat(member.part()).isEmpty();
            });
    assertThat(members.get(names.size()).problem()).isEmpty();
  }

  @Test
  void linksAndDevicesAreNotFollowed() throws IOException {
    Path file = folder.resolve("links.tar");
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      for (byte kind :
          new byte[] {TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_FIFO}) {
        TarArchiveEntry entry = new TarArchiveEntry("1.jpg", kind);
        entry.setLinkName("/etc/passwd");
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
      }
    }
    assertThat(members(file))
        .extracting(member -> member.problem().map(Damage::kind).orElse(""))
        .containsExactly("archive_link", "archive_link", "archive_unsupported");
  }

  /** A header that claims a name of gigabytes, which do follow. */
  @Test
  void aHeaderOfAnyLengthIsRefusedUnread() throws IOException {
    Path file = folder.resolve("name.tar");
    TarArchiveEntry entry = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
    entry.setSize(7L << 30);
    byte[] record = new byte[512];
    entry.writeEntryHeader(record);
    Files.write(file, record);
    try (var channel = Files.newByteChannel(file, java.nio.file.StandardOpenOption.WRITE)) {
      channel.position((7L << 30) + 5120).write(java.nio.ByteBuffer.allocate(1));
    }
    List<ArchiveMember> members = members(file);
    assertThat(members).hasSize(1);
    assertThat(members.get(0).problem().map(Damage::message).orElseThrow())
        .contains("its headers are longer than any archive needs");
  }

  @Test
  void aBombIsCutShort() throws IOException {
    Path file = folder.resolve("bomb.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("bomb.jpg"));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 64; i++) {
        zip.write(zeros);
      }
    }
    ArchiveMember bomb = members(file).get(0);
    String uri = bomb.part().orElseThrow().uri();
    assertThat(new ImageBytes(hadoop, 1000).read(uri)).hasSize(1001);
    assertThatThrownBy(() -> new ImageBytes(hadoop, 1L << 30).read(uri))
        .isInstanceOf(UnusableImageException.class)
        .hasMessageContaining("expands to more than 200 times");
  }

  @ParameterizedTest
  @CsvSource({
    "1, encrypted, 6, 1, 0",
    "2, compressed by method 12, 10, 12, 0",
    "3, beyond the archive's end, 20, 0, 127"
  })
  void whatCannotBeReadIsNamed(int file, String message, int at, int low, int highest)
      throws IOException {
    byte[] bytes = Files.readAllBytes(zip());
    // Of the first file in the directory; a folder comes before it.
    int entry = indexOf(bytes, "PK\1\2", indexOf(bytes, "PK\1\2", 0) + 1);
    int field = at == 6 ? entry + 8 : entry + at;
    bytes[field] = (byte) low;
    if (highest > 0) {
      bytes[field + 3] = (byte) highest;
    }
    Path changed = folder.resolve(file + ".zip");
    Files.write(changed, bytes);
    assertThat(members(changed).get(0).problem().map(Damage::message).orElse("none"))
        .contains(message);
  }

  private static int indexOf(byte[] bytes, String text, int from) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text, from);
  }

  @Test
  void aDirectoryThatPointsElsewhereIsNoticed() throws IOException {
    FilePart elsewhere =
        new FilePart(
            members(zip()).get(0).part().orElseThrow().file(), FilePart.Form.STORED, 3, 10);
    assertThatThrownBy(() -> new ImageBytes(hadoop, LIMIT).read(elsewhere.uri()))
        .isInstanceOf(UnusableImageException.class)
        .hasMessageContaining("no zip member at byte 3");
  }

  /**
   * Whatever is done to an archive, listing it ends, and reading gives bytes or says it is damaged.
   */
  @ParameterizedTest
  @ValueSource(strings = {"tar", "zip"})
  void mutatedArchivesEndWell(String kind) throws IOException {
    byte[] whole = Files.readAllBytes(archive(kind));
    Random random = new Random(SEED);
    Path file = folder.resolve("mutated." + kind);
    int damaged = 0;
    for (int round = 0; round < 1500; round++) {
      byte[] bytes =
          Arrays.copyOf(
              whole, random.nextInt(4) > 0 ? whole.length : random.nextInt(whole.length) + 1);
      for (int flips = random.nextInt(8); flips >= 0; flips--) {
        int at = random.nextInt(bytes.length);
        bytes[random.nextBoolean() ? at : Math.max(0, bytes.length - 1 - at % 400)] =
            (byte) random.nextInt(256);
      }
      Files.write(file, bytes);
      for (ArchiveMember member : members(file)) {
        damaged += member.problem().isPresent() ? 1 : 0;
        if (member.part().isPresent()) {
          damaged += isReadable(member) ? 0 : 1;
        }
      }
    }
    assertThat(damaged).as("seed %d", SEED).isGreaterThan(100);
  }

  private boolean isReadable(ArchiveMember member) throws IOException {
    try {
      return read(member).length <= LIMIT + 1;
    } catch (UnusableImageException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:/a.tar",
        "a#b",
        "a.tar#bytes=9-3",
        "a.tar#bytes=1-99999999999999999999",
        "a#else=1-2"
      })
  void otherUrisAreOfWholeFiles(String uri) {
    assertThat(FilePart.parse(uri)).isEmpty();
  }

  @Test
  void uriAndPartAreTheSame() {
    FilePart part = new FilePart("s3a://b/x#1.zip", FilePart.Form.DEFLATED, 7, 1L << 40);
    assertThat(FilePart.parse(part.uri())).contains(part);
    FilePart none = new FilePart("s3a://b/x.tar", FilePart.Form.BYTES, 512, 0);
    assertThat(none.uri()).isEqualTo("s3a://b/x.tar#bytes=512-511");
    assertThat(FilePart.parse(none.uri())).contains(none);
  }
}
