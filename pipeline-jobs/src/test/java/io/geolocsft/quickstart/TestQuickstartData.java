package io.geolocsft.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestQuickstartData {

  @Test
  void writesEveryFolderWithItsTable(@TempDir Path folder) throws IOException {
    assertThat(write(folder, "--part", "all")).isZero();
    for (Map.Entry<String, Integer> expected :
        Map.of("catalogue", 1100, "photos", 20, "sparse", 20, "base", 30).entrySet()) {
      Path written = folder.resolve(expected.getKey());
      List<String> table = Files.readAllLines(written.resolve("catalogue.csv"));
      assertThat(table.get(0)).isEqualTo("file,lat,lon,taken_at,sequence,photographer");
      assertThat(table).hasSize(1 + expected.getValue());
      assertThat(table.subList(1, table.size()))
          .allMatch(row -> Files.exists(written.resolve("images").resolve(row.split(",", -1)[0])))
          .allMatch(row -> row.split(",", -1).length == 6);
    }
    assertThat(folder.resolve("catalogue/images/001/001099.jpg")).exists();
  }

  @Test
  void sameOptionsGiveTheSameBytesWithAnyNumberOfThreads(
      @TempDir Path one, @TempDir Path two, @TempDir Path three) throws Exception {
    ForkJoinPool single = new ForkJoinPool(1);
    assertThat(single.submit(() -> write(one, "--part", "pipeline")).get()).isZero();
    single.shutdown();
    assertThat(write(two, "--part", "pipeline")).isZero();
    assertThat(write(three, "--part", "pipeline", "--seed", "8")).isZero();
    assertThat(hashes(two)).hasSize(1100 + 20 + 20 + 3 + 1).isEqualTo(hashes(one));
    assertThat(hashes(three)).isNotEqualTo(hashes(one));
  }

  @Test
  void completeFoldersAreLeftAsTheyAre(@TempDir Path folder) throws IOException {
    write(folder, "--part", "base");
    Path image = folder.resolve("base/images/000/000029.jpg");
    FileTime written = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(image, written);
    write(folder, "--part", "base");
    assertThat(Files.getLastModifiedTime(image)).isEqualTo(written);
    write(folder, "--part", "base", "--base", "29");
    assertThat(image).doesNotExist();
  }

  @Test
  void interruptedRunIsDoneAgain(@TempDir Path folder) throws IOException {
    write(folder, "--part", "base");
    Map<String, String> complete = hashes(folder);
    Files.delete(folder.resolve("base.stamp"));
    Files.delete(folder.resolve("base/images/000/000003.jpg"));
    write(folder, "--part", "base");
    assertThat(hashes(folder)).isEqualTo(complete);
  }

  @Test
  void missingPictureAndUnknownPartAreErrors(@TempDir Path folder) {
    assertThat(write(folder, "--picture", folder.resolve("none.jpg").toString())).isEqualTo(4);
    assertThat(write(folder, "--part", "half")).isEqualTo(2);
    assertThat(write(folder, "--catalogue", "-1")).isEqualTo(2);
  }

  /** With few images, unless the arguments say otherwise. */
  private static int write(Path folder, String... arguments) {
    String[] few = {
      folder.toString(),
      "--picture=" + Earth.FILE,
      "--catalogue=1100",
      "--benchmark=20",
      "--base=30"
    };
    return QuickstartData.commandLine()
        .setOverwrittenOptionsAllowed(true)
        .execute(Stream.concat(Stream.of(few), Stream.of(arguments)).toArray(String[]::new));
  }

  private static Map<String, String> hashes(Path folder) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String hash = Hashing.sha256().hashBytes(Files.readAllBytes(file)).toString();
        hashes.put(folder.relativize(file).toString(), hash);
      }
    }
    return hashes;
  }
}
