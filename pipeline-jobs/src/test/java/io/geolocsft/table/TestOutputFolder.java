package io.geolocsft.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.FullFileSystem;
import io.geolocsft.OddFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Stops a publication before each of its steps, as {@code kill -9} would. */
class TestOutputFolder {

  private static final String PLACE = "tables/cells";

  @TempDir(factory = OddFolder.class)
  java.nio.file.Path folder;

  static Stream<Arguments> stops() {
    return Stream.of("file", "full")
        .flatMap(
            scheme -> IntStream.rangeClosed(0, 7).mapToObj(stop -> Arguments.of(scheme, stop)));
  }

  @ParameterizedTest
  @MethodSource("stops")
  void aReaderFindsOneWholeVersionWheneverThePublisherDies(String scheme, int stop)
      throws IOException {
    OutputFolder output = open(scheme);
    publish(output, "old", 99);
    publish(output, "new", stop);
    assertThat(content(output)).isIn("old", "new");

    OutputFolder restarted = open(scheme);
    restarted.recover(name -> "tables/" + name);
    assertThat(content(restarted)).isIn("old", "new");
    assertThat(restarted.find(PLACE)).contains(new Path(restarted.root(), PLACE));
    assertThat(folder.resolve(".staging")).doesNotExist();

    publish(restarted, "newer", 99);
    assertThat(content(restarted)).isEqualTo("newer");
    assertThat(folder.resolve(".staging")).isEmptyDirectory();
    assertThat(manifests()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("stops")
  void theFirstVersionIsThereWhollyOrNotAtAll(String scheme, int stop) throws IOException {
    OutputFolder output = open(scheme);
    publish(output, "first", stop);
    boolean there = output.find(PLACE).isPresent();
    assertThat(!there || content(output).equals("first")).isTrue();
    output.recover(name -> "tables/" + name);
    assertThat(output.find(PLACE).isPresent()).isEqualTo(there);
    assertThat(folder.resolve(".staging")).doesNotExist();
  }

  @Test
  void aHalfWrittenManifestCountsAsNone() throws IOException {
    OutputFolder output = open("file");
    publish(output, "old", 99);
    java.nio.file.Path manifest = manifests().get(0);
    String whole = Files.readString(manifest);
    for (int length = 0; length < whole.length() - 2; length++) {
      Files.writeString(manifest, whole.substring(0, length));
      assertThat(output.find(PLACE)).isEmpty();
    }
  }

  /** Polars and others take any file for data that is not empty. */
  @Test
  void aTablesFolderHasNothingToReadButItsData() throws IOException {
    publish(open("file"), "text", 99);
    try (Stream<java.nio.file.Path> files = Files.list(folder.resolve(PLACE))) {
      assertThat(files.filter(file -> file.toFile().length() > 0))
          .containsExactly(folder.resolve(PLACE).resolve("part"));
    }
  }

  @Test
  void aFolderThatIsNoTableHasItsManifestInIt() throws IOException {
    OutputFolder output = open("file");
    Manifest manifest = manifest("tuned", -1);
    for (OutputFolder.Step step :
        output.publication(stage(output, "text", "tuned"), "tuned", manifest)) {
      step.run();
    }
    assertThat(folder.resolve("tuned/_manifest.json")).exists();
    assertThat(output.manifestIn(new Path(output.root(), "tuned"))).contains(manifest);
  }

  @Test
  void whatIsDiscardedIsGoneWithItsManifest() throws IOException {
    OutputFolder output = open("file");
    publish(output, "text", 99);
    output.discard(PLACE);
    assertThat(output.find(PLACE)).isEmpty();
    assertThat(manifests()).isEmpty();
  }

  private List<java.nio.file.Path> manifests() throws IOException {
    try (Stream<java.nio.file.Path> files = Files.list(folder.resolve(".manifests"))) {
      return files.toList();
    }
  }

  @Test
  void anotherNameThatBeginsAlikeIsLeftAlone() throws IOException {
    OutputFolder output = open("file");
    Path staged = stage(output, "other", "cells-fine");
    output.publication(staged, "tables/cells-fine", manifest("cells-fine", 1)).get(0).run();
    assertThat(output.find(PLACE)).isEmpty();
    assertThat(output.find("tables/cells-fine")).contains(staged);
  }

  private OutputFolder open(String scheme) throws IOException {
    Configuration hadoop = new Configuration();
    hadoop.setClass("fs.full.impl", FullFileSystem.class, org.apache.hadoop.fs.FileSystem.class);
    return new OutputFolder(scheme + "://" + folder, hadoop);
  }

  private static void publish(OutputFolder output, String text, int stop) throws IOException {
    Path staged = stage(output, text, "cells");
    List<OutputFolder.Step> steps = output.publication(staged, PLACE, manifest("cells", 1));
    assertThat(steps).hasSizeBetween(5, 7);
    for (OutputFolder.Step step : steps.subList(0, Math.min(stop, steps.size()))) {
      step.run();
    }
  }

  private static Path stage(OutputFolder output, String text, String name) throws IOException {
    Path staged = output.stage(name);
    try (FSDataOutputStream out = output.fileSystem().create(new Path(staged, "part"))) {
      out.writeUTF(text);
    }
    return staged;
  }

  private static String content(OutputFolder output) throws IOException {
    Path found = output.find(PLACE).orElseThrow();
    try (FSDataInputStream in = output.fileSystem().open(new Path(found, "part"))) {
      return in.readUTF();
    }
  }

  private static Manifest manifest(String name, long rows) {
    return new Manifest(
        "id",
        name,
        rows,
        1,
        "bin",
        1,
        "v",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:01Z",
        Map.of(),
        Map.of());
  }
}
