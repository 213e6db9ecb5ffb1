package io.geolocsft.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.failure.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.util.functional.RemoteIterators;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestFingerprint {

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void setUp() throws Exception {
    file = Files.writeString(folder.resolve("a.csv"), "abc");
    Files.setLastModifiedTime(file, FileTime.fromMillis(5000));
  }

  @Test
  void isHalfTheHashOfPathSizeAndTime() throws Exception {
    byte[] line = "file:%s 3 5000".formatted(file).getBytes(UTF_8);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(line);
    assertThat(Fingerprint.of(file.toString()))
        .isEqualTo(HexFormat.of().formatHex(hash, 0, 16))
        .isEqualTo(Fingerprint.of(folder.toString()));
  }

  @Test
  void followsEveryFileOfAFolder() throws Exception {
    String before = Fingerprint.of(folder.toString());
    Files.setLastModifiedTime(file, FileTime.fromMillis(6000));
    String touched = Fingerprint.of(folder.toString());
    Files.writeString(folder.resolve("b.csv"), "");
    assertThat(Fingerprint.of(folder.toString())).isNotIn(before, touched);
    assertThat(touched).isNotEqualTo(before);
  }

  @Test
  void theOrderOfListingDoesNotCount() throws Exception {
    List<FileStatus> files = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      files.add(status("/a/" + i, i % 7, i % 11));
    }
    String before = fingerprint(files);
    Collections.shuffle(files, new Random(1));
    assertThat(fingerprint(files)).isEqualTo(before);
  }

  @Test
  void everyPathSizeAndTimeCounts() throws Exception {
    List<FileStatus> files = List.of(status("/a/1", 1, 1), status("/a/2", 2, 2));
    assertThat(
            Stream.of(
                    files,
                    List.of(status("/a/1", 1, 1)),
                    List.of(status("/a/1", 1, 1), status("/a/3", 2, 2)),
                    List.of(status("/a/1", 1, 1), status("/a/2", 3, 2)),
                    List.of(status("/a/1", 1, 1), status("/a/2", 2, 3)),
                    List.of(status("/a/1", 2, 2), status("/a/2", 1, 1)),
                    List.<FileStatus>of())
                .map(TestFingerprint::fingerprint))
        .doesNotHaveDuplicates();
  }

  private static FileStatus status(String path, long bytes, long time) {
    return new FileStatus(bytes, false, 1, 1, time, new org.apache.hadoop.fs.Path(path));
  }

  private static String fingerprint(List<FileStatus> files) {
    try {
      return Fingerprint.of(RemoteIterators.remoteIteratorFromIterable(files));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A copy of a model is the model. */
  @Test
  void contentCountsWhereverAndWheneverItWasWritten() throws Exception {
    Path copy = Files.writeString(folder.resolve("b.csv"), "abc");
    assertThat(Fingerprint.ofContent(copy)).isEqualTo(Fingerprint.ofContent(file));
    Files.writeString(copy, "abd");
    assertThat(Fingerprint.ofContent(copy)).isNotEqualTo(Fingerprint.ofContent(file));
  }

  @Test
  void eachOfSeveralFilesCounts() throws Exception {
    Path second = Files.writeString(folder.resolve("b.csv"), "abc");
    String before = Fingerprint.ofTimes(List.of(file, second));
    assertThat(Fingerprint.ofTimes(List.of(second, file))).isEqualTo(before);
    Files.setLastModifiedTime(second, FileTime.fromMillis(7000));
    assertThat(Fingerprint.ofTimes(List.of(file, second))).isNotEqualTo(before);
  }

  @Test
  void nothingIsNamed() {
    assertThatThrownBy(() -> Fingerprint.of(folder.resolve("none").toString()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none");
  }
}
