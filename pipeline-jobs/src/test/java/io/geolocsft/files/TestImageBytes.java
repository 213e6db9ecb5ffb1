package io.geolocsft.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import io.geolocsft.FailingFileSystem;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.hadoop.fs.PathIOException;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TestImageBytes {

  @TempDir Path folder;

  private final ImageBytes images = new ImageBytes(FailingFileSystem.configuration(), 1 << 20);
  private byte[] file;
  private String uri;

  @BeforeEach
  void write() throws IOException {
    Path image = folder.resolve("image.png");
    ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
    file = Files.readAllBytes(image);
    uri = "failing://" + image;
  }

  @AfterEach
  void mend() {
    FailingFileSystem.mend();
  }

  @Test
  void aGoodImageIsRead() throws IOException {
    assertThat(images.read(uri)).isEqualTo(file);
    assertThat(images.image(uri, sha256(file)).width()).isEqualTo(40);
    assertThat(images.image(uri, null).height()).isEqualTo(30);
  }

  @Test
  void aMissingImageIsItsOwnFault() {
    assertUnusable(() -> images.image(null, null), "invalid_path", "no URI");
    assertUnusable(() -> images.image("", null), "invalid_path", "empty");
    assertUnusable(() -> images.image("a:b.jpg", null), "invalid_path", "a:b.jpg");
    assertUnusable(() -> images.image(uri + "x", null), "missing_file", "image.pngx");
    assertUnusable(() -> images.image("failing://" + folder, null), "missing_file", "there is no");
  }

  @Test
  void aDamagedImageIsItsOwnFault() throws IOException {
    Files.write(folder.resolve("cut.png"), java.util.Arrays.copyOf(file, file.length / 2));
    Files.writeString(folder.resolve("text.png"), "no image");
    assertUnusable(
        () -> images.image("failing://" + folder.resolve("cut.png"), null), "image_", "");
    assertUnusable(
        () -> images.image("failing://" + folder.resolve("text.png"), null),
        "image_unsupported",
        "");
    FilePart beyond = new FilePart(uri, FilePart.Form.STORED, 2, 10);
    assertUnusable(() -> images.image(beyond.uri(), null), "archive_damaged", "no zip member");
  }

  @Test
  void anImageOfOtherBytesIsChanged() {
    assertUnusable(
        () -> images.image(uri, sha256(new byte[] {1})), "changed_image", "has different bytes");
  }

  static Stream<IOException> failures() {
    return Stream.of(
        new SocketTimeoutException("Read timed out"),
        new UnknownHostException("bucket.example"),
        new AccessControlException("403 Forbidden"),
        new java.nio.file.AccessDeniedException("image.png"),
        new PathIOException("image.png", "NoSuchBucket"),
        new IOException("503 Slow Down"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailingFileSystemIsNotTheImagesFault(IOException failure) {
    FailingFileSystem.fail(
        "image.png",
        in -> {
          in.close();
          throw failure;
        });
    assertThatThrownBy(() -> images.image(uri, sha256(file))).isSameAs(failure);
  }

  /** A disk says "not found" of what may not be opened just now. */
  @Test
  void aFileThatIsThereIsNotMissing() {
    FailingFileSystem.fail("image.png", FailingFileSystem::tooManyOpenFiles);
    assertWorld("is there, but cannot be read");
  }

  /** A store that ends a transfer too early makes no image damaged, nor changed. */
  @Test
  void aTransferThatEndsTooEarlyIsNotTheImagesFault() {
    FailingFileSystem.fail("image.png", FailingFileSystem.endsAfter(file.length / 2));
    assertWorld("bytes");
    assertThatThrownBy(() -> images.image(uri, null))
        .isExactlyInstanceOf(IOException.class)
        .hasMessageContaining(uri + " returned only");
    FilePart part = new FilePart(uri, FilePart.Form.BYTES, 0, file.length);
    assertThatThrownBy(() -> images.image(part.uri(), null))
        .isExactlyInstanceOf(IOException.class)
        .hasMessageContaining("returned only");
  }

  /** S3A's kind of EOFException. */
  private static final class LostConnection extends EOFException {
    private static final long serialVersionUID = 1L;
  }

  @ParameterizedTest
  @EnumSource(FilePart.Form.class)
  void aLostConnectionIsNotTheArchivesFault(FilePart.Form form) throws IOException {
    Path zip = folder.resolve("images.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("image.png"));
      out.write(file);
    }
    String part = new FilePart("failing://" + zip, form, 0, 60).uri();
    for (int bytes : new int[] {0, 35, 45}) {
      LostConnection lost = new LostConnection();
      FailingFileSystem.fail("images.zip", FailingFileSystem.failsAfter(bytes, lost));
      assertThatThrownBy(() -> images.read(part))
          .isExactlyInstanceOf(IOException.class)
          .hasCause(lost);
    }
    FailingFileSystem.fail("images.zip", FailingFileSystem.endsAfter(35));
    if (form != FilePart.Form.BYTES) {
      assertUnusable(() -> images.read(part), "archive_damaged", "within its header");
    }
  }

  private void assertWorld(String message) {
    assertThatThrownBy(() -> images.image(uri, sha256(file)))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(UnusableImageException.class)
        .isNotInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(message);
  }

  private static void assertUnusable(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String kind, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            UnusableImageException.class, e -> assertThat(e.kind()).startsWith(kind))
        .hasMessageContaining(message);
  }

  private static String sha256(byte[] bytes) {
    return Hashing.sha256().hashBytes(bytes).toString();
  }
}
